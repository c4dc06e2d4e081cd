/** Columns whose order only the browser knows: they are sorted among the runs loaded so far. */
const sortedHere = new Set(['selected', 'duration'])

/** Attributes that go by another name on the server. */
const names: Readonly<Record<string, string>> = { source: 'sourceName' }

export const isSortedHere = (sort: string) => sortedHere.has(sort.replace(/^-/, ''))

/** `-metrics.auc` of the address in the words of the server; undefined for its own order. */
export function orderOf(sort: string): string | undefined {
  if (sort === '' || isSortedHere(sort)) return undefined
  const id = sort.replace(/^-/, '')
  const logged = /^(metrics|params|tags)\.(.+)$/.exec(id)
  const column = logged === null ? `attributes.${names[id] ?? id}` : `${logged[1]}.\`${logged[2]}\``
  return `${column} ${sort.startsWith('-') ? 'DESC' : 'ASC'}`
}
