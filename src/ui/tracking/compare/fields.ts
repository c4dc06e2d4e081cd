import type { Run } from '../../ground/wire.ts'

/** Something that runs can be laid beside each other by: a parameter or the latest value of a metric. */
export interface Field {
  /** `params.depth`, `metrics.auc`: in the address, and the words of the filter language. */
  readonly id: string
  readonly label: string
  readonly kind: 'param' | 'metric'
  /** Every value that is there is a number. */
  readonly isNumber: boolean
  /** How many different values the runs have. */
  readonly distinct: number
}

/** A text as a number where it is one. */
const toNumber = (text: string) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined)

export function fieldValue(run: Run, id: string): number | string | undefined {
  const key = id.slice(id.indexOf('.') + 1)
  if (id.startsWith('params.') || id.startsWith('tags.')) {
    const text = (id.startsWith('tags.') ? run.tags : run.params)[key]
    return text === undefined ? undefined : (toNumber(text) ?? text)
  }
  const value = run.metrics.find((metric) => metric.key === key)?.value
  const number = value === undefined ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** The parameters and metrics that occur, parameters first, each kind by name. */
export function fieldsOf(runs: readonly Run[]): readonly Field[] {
  const params = new Set(runs.flatMap((run) => Object.keys(run.params)))
  const metrics = new Set(runs.flatMap((run) => run.metrics.map(({ key }) => key)))
  return [
    ...[...params].sort().map((key) => fieldOf(runs, 'param', key)),
    ...[...metrics].sort().map((key) => fieldOf(runs, 'metric', key)),
  ]
}

function fieldOf(runs: readonly Run[], kind: 'param' | 'metric', key: string): Field {
  const id = `${kind}s.${key}`
  const values = runs.map((run) => fieldValue(run, id)).filter((value) => value !== undefined)
  return {
    id,
    label: key,
    kind,
    isNumber: values.every((value) => typeof value === 'number'),
    distinct: new Set(values).size,
  }
}

/** An axis for each field: numbers by size, words in the order of the alphabet. */
export function axesOf(runs: readonly Run[], fields: readonly Field[]): readonly FieldAxis[] {
  return fields.map(({ id, label, isNumber }) => {
    if (isNumber) return { label }
    const words = runs.map((run) => fieldValue(run, id)).filter((value) => value !== undefined)
    return { label, words: [...new Set(words.map(String))].sort() }
  })
}

export interface FieldAxis {
  readonly label: string
  readonly words?: readonly string[]
}

/** A line for each run through its values; its color is its place. */
export function linesOf(runs: readonly Run[], fields: readonly Field[]) {
  return runs.map((run, color) => ({
    label: run.name,
    color,
    values: fields.map(({ id, isNumber }) => {
      const value = fieldValue(run, id)
      return value === undefined || isNumber ? value : String(value)
    }),
  }))
}

/** The last metric and what to draw it by: the telling fields that the most runs have together. */
export function mostShared(runs: readonly Run[], numbers: readonly Field[]): { x: string; y: string } | undefined {
  const has = new Map(numbers.map(({ id }) => [id, runs.map((run) => typeof fieldValue(run, id) === 'number')]))
  const together = (a: Field, b: Field) => runs.filter((_, at) => has.get(a.id)?.[at] && has.get(b.id)?.[at]).length
  const metrics = numbers.filter(({ kind }) => kind === 'metric').reverse()
  const pairs = metrics.flatMap((y) =>
    telling(numbers).flatMap((x) => (x === y ? [] : [{ x: x.id, y: y.id, count: together(x, y) }])),
  )
  return pairs.reduce<(typeof pairs)[number] | undefined>(
    (best, pair) => (best === undefined || pair.count > best.count ? pair : best),
    undefined,
  )
}

/** What tells the runs apart: parameters that differ, then metrics. */
export const telling = (fields: readonly Field[]) =>
  fields.filter((field) => field.kind === 'metric' || field.distinct > 1)
