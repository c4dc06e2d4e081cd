import type { Report } from '../ground/wire.ts'

export type Block = Report['blocks'][number]
export type RunsBlock = Exclude<Block, { kind: 'text' }>
export type TextBlock = Extract<Block, { kind: 'text' }>

/** A kind of block: its name, and what a new one looks like. */
export const blockKinds: readonly {
  readonly kind: Block['kind']
  readonly label: string
  readonly make: () => Block
}[] = [
  { kind: 'text', label: 'Text', make: () => ({ kind: 'text', text: '' }) },
  { kind: 'table', label: 'Table of runs', make: () => ({ kind: 'table', limit: 10, columns: [] }) },
  { kind: 'curves', label: 'Curves', make: () => ({ kind: 'curves', limit: 10, metric: '' }) },
  { kind: 'bars', label: 'Bars', make: () => ({ kind: 'bars', limit: 10, metric: '' }) },
  { kind: 'scatter', label: 'Scatter', make: () => ({ kind: 'scatter', limit: 50, x: '', y: '' }) },
  { kind: 'parallel', label: 'Parallel coordinates', make: () => ({ kind: 'parallel', limit: 20, axes: [] }) },
]

/** A block under edit: the id keeps it the same one while it moves. */
export interface Draft {
  readonly id: number
  readonly block: Block
}

/** The list with one of them a place further up or down. */
export function swapped<Item>(items: readonly Item[], index: number, by: 1 | -1): readonly Item[] {
  const other = index + by
  const [moved, target] = [items[index], items[other]]
  if (moved === undefined || target === undefined) return items
  return items.map((item, at) => (at === index ? target : at === other ? moved : item))
}
