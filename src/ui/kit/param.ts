import { useParams } from '@tanstack/react-router'

/** A parameter of the current address, by name. Throws when the route has none of that name: a mistake in the code. */
export function useParam(name: string): string {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false })
  const value = params[name]
  if (value === undefined) throw new Error(`This route has no parameter ${name}.`)
  return value
}
