import type { Json } from '../../../kernel/json.ts'
import type { Slice } from './model.ts'

/**
 * Cuts rows by each of their features, pure: values of text and of few numbers as they are, many numbers at their
 * quartiles. Where a candidate is worse on a part of the traffic only, the mean over all of it hides that.
 */
export interface SlicedRow {
  readonly inputs: Readonly<Record<string, Json>>
  readonly isAgreed: boolean
  /** Absent without a label. */
  readonly correct?: { readonly served: boolean; readonly candidate: boolean }
}

const maxFeatures = 100
/** Distinct values up to which a feature is cut by value. */
const maxValues = 12
/** Rows below which a part says nothing. */
const minRows = 20
const keptSlices = 30

export function worstSlices(rows: readonly SlicedRow[]): Slice[] {
  const features = Object.keys(rows[0]?.inputs ?? {}).slice(0, maxFeatures)
  const slices = features.flatMap((feature) => slicesOf(feature, rows)).filter(({ count }) => count >= minRows)
  return slices.sort((a, b) => harm(b) - harm(a)).slice(0, keptSlices)
}

/** How much worse it makes things there: by truth when there are labels, else by disagreement. */
function harm({ servedAccuracy, candidateAccuracy, agreement }: Slice): number {
  if (servedAccuracy === undefined || candidateAccuracy === undefined) return (1 - agreement) / 1000
  return servedAccuracy - candidateAccuracy + (1 - agreement) / 1000
}

function slicesOf(feature: string, rows: readonly SlicedRow[]): Slice[] {
  const cut = cutterOf(rows.map((row) => row.inputs[feature] ?? null))
  if (cut === undefined) return []
  const parts = Map.groupBy(rows, (row) => cut(row.inputs[feature] ?? null))
  return parts.size < 2 ? [] : [...parts].map(([values, part]) => toSlice(feature, values, part))
}

function toSlice(feature: string, values: string, rows: readonly SlicedRow[]): Slice {
  const labeled = rows.flatMap(({ correct }) => correct ?? [])
  const share = (count: number) => count / labeled.length
  return {
    feature,
    values,
    count: rows.length,
    agreement: rows.filter(({ isAgreed }) => isAgreed).length / rows.length,
    labelCount: labeled.length,
    ...(labeled.length < minRows
      ? {}
      : {
          servedAccuracy: share(labeled.filter(({ served }) => served).length),
          candidateAccuracy: share(labeled.filter(({ candidate }) => candidate).length),
        }),
  }
}

/** Undefined for a feature that cannot be cut: a list, or text with many values. */
function cutterOf(values: readonly Json[]): ((value: Json) => string) | undefined {
  const distinct = new Set(values)
  if ([...distinct].some((value) => typeof value === 'object' && value !== null)) return undefined
  if (distinct.size <= maxValues) return String
  const numbers = values.filter((value): value is number => typeof value === 'number').sort((a, b) => a - b)
  if (numbers.length < values.length / 2) return undefined
  const edges = [...new Set([0.25, 0.5, 0.75].map((share) => numbers[Math.floor(share * numbers.length)] ?? 0))]
  return (value) => (typeof value === 'number' ? rangeOf(value, edges) : String(value))
}

function rangeOf(value: number, edges: readonly number[]): string {
  const index = edges.findIndex((edge) => value < edge)
  const [below, above] = [edges[index === -1 ? edges.length - 1 : index - 1], index === -1 ? undefined : edges[index]]
  if (below === undefined) return `< ${show(above)}`
  return above === undefined ? `≥ ${show(below)}` : `≥ ${show(below)} and < ${show(above)}`
}

function show(value: number | undefined): string {
  return String(Number((value ?? 0).toPrecision(4)))
}
