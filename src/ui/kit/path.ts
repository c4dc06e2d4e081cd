/** Where a page is: called with a value for each `$name` of its pattern it gives the address. */
export interface Path<Pattern extends string = string> {
  (...values: Values<Pattern>): string
  /** As the router matches it: `/models/$model/$version`. */
  readonly pattern: Pattern
}

type Values<Pattern extends string> = string extends Pattern
  ? (string | number)[]
  : Pattern extends `${string}$${infer Rest}`
    ? [string | number, ...Values<Rest>]
    : []

export function path<const Pattern extends string>(pattern: Pattern): Path<Pattern> {
  const address = (...values: readonly (string | number)[]): string => {
    let next = 0
    return pattern.replace(/\$\w+/g, () => encodeURIComponent(values[next++] ?? ''))
  }
  return Object.assign(address, { pattern })
}

/** Any id: the page there finds out what it names and goes on to its page. */
export const idPath = path('/id/$id')

/** The address of a page that shows several things, with one of them pointed out. */
export function pointingAt(id: string, address: string, tab?: string): string {
  return `${address}?${tab === undefined ? '' : `tab=${tab}&`}thing=${id}`
}
