import { trackingErrors } from '../model.ts'

const kinds = ['metrics', 'params', 'tags'] as const
type Kind = (typeof kinds)[number]

/** The keys to read of each kind; an absent list means every key. */
export type LoggedKeys = Readonly<Partial<Record<Kind, readonly string[]>>>

/** `metrics.loss` as kind and key; a key may hold dots. Undefined when it begins with no kind. */
export function loggedName(name: string): { readonly kind: Kind; readonly key: string } | undefined {
  const kind = kinds.find((each) => name.startsWith(`${each}.`))
  const key = kind === undefined ? '' : name.slice(kind.length + 1)
  return kind === undefined || key === '' ? undefined : { kind, key }
}

/** Without names everything is read; with them, only what they name. */
export function keysOf(select: readonly string[] | undefined): LoggedKeys {
  if (select === undefined) return {}
  const keys: Record<Kind, string[]> = { metrics: [], params: [], tags: [] }
  for (const name of select) {
    const logged = loggedName(name)
    if (logged === undefined) throw trackingErrors.select_invalid({ name })
    keys[logged.kind].push(logged.key)
  }
  return keys
}
