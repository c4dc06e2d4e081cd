import type { RunKeys } from '../../ground/wire.ts'
import { everyColumn } from '../../kit/table/table-layout.ts'

/** A column for something that was logged; its id is the name that searches and filters know it by. */
export interface LoggedColumn {
  readonly id: string
  readonly kind: 'metrics' | 'params' | 'tags'
  readonly key: string
  readonly isHidden: boolean
}

/** More than these of a kind start hidden; the reader finds them in the column menu. */
const shownAtFirst = { metrics: 6, params: 5, tags: 0 } as const

/** One for each metric, parameter and tag of the runs, the most frequent first. */
export function loggedColumns(keys: RunKeys): readonly LoggedColumn[] {
  return (['metrics', 'params', 'tags'] as const).flatMap((kind) =>
    keys[kind].map(({ key }, index) => ({ id: `${kind}.${key}`, kind, key, isHidden: index >= shownAtFirst[kind] })),
  )
}

/** As many as the server reads at once. */
const mostSelected = 1000

/** What a search must answer for the columns that show; `flipped` are those the reader showed or hid. */
export function selectOf(keys: RunKeys, flipped: readonly string[], ...also: readonly string[]): readonly string[] {
  const changed = new Set(flipped)
  const isAll = changed.has(everyColumn)
  return loggedColumns(keys)
    .filter(({ id, isHidden }) => (isAll || !isHidden) !== changed.has(id) || also.includes(id))
    .map(({ id }) => id)
    .slice(0, mostSelected)
}

/** A field as the filter language writes it: `` params.`learning rate` ``. */
export function fieldText(id: string): string {
  const dot = id.indexOf('.')
  if (dot < 0) return id
  const key = id.slice(dot + 1)
  return /^[\w.\-/:]+$/.test(key) ? id : `${id.slice(0, dot)}.\`${key}\``
}

/** A text as the filter language writes it. */
export const quoted = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`)

/** The filter with one more condition that must hold too. */
export function narrowed(filter: string, condition: string): string {
  if (filter === '') return condition
  return / or /i.test(filter) ? `(${filter}) AND ${condition}` : `${filter} AND ${condition}`
}
