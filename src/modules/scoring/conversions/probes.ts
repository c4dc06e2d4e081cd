import type { ScoredRequest } from '../../../platform/data-plane/index.ts'
import type { Tensor, TensorSpec } from '../../../platform/inference/index.ts'
import { compareAnswers, isWithin } from './parity.ts'
import type { FiniteColumns } from './store.ts'

/**
 * What real rows may not show: a value that is missing, a text that no row has. Where the model refuses these, its ONNX
 * form must too, as ONNX itself would answer something.
 */
export interface Probe {
  readonly kind: 'missing' | 'unknown'
  readonly spec: TensorSpec
  readonly column: number
  readonly tensors: readonly Tensor[]
}

const unknownText = 'a text that no row has'

/** Variations of one real row, a column at a time. */
export function probesOf(specs: readonly TensorSpec[], row: readonly Tensor[]): Probe[] {
  return specs.flatMap((spec): Probe[] => {
    const tensor = row.find(({ name }) => name === spec.name)
    if (tensor === undefined) return []
    const changed = (column: number, value: string | number) =>
      row.map((each) => (each === tensor ? withValue(tensor, column, value) : each))
    const columns = Array.from({ length: tensor.data.length }, (_, column) => column)
    if (Array.isArray(tensor.data))
      return columns.map((column) => ({ kind: 'unknown', spec, column, tensors: changed(column, unknownText) }))
    if (!/^FP(32|64)$/.test(spec.datatype)) return []
    return columns.map((column) => ({ kind: 'missing', spec, column, tensors: changed(column, Number.NaN) }))
  })
}

function withValue(tensor: Tensor, column: number, value: string | number): Tensor {
  const data = tensor.data.slice() as Float64Array | string[]
  data[column] = value
  return { ...tensor, data }
}

export interface ProbeOutcome {
  readonly finite: FiniteColumns
  /** Why the ONNX form cannot stand for the model, if it cannot. */
  readonly problem: string | undefined
}

export function judgeProbes(
  probes: readonly Probe[],
  answers: { readonly expected: readonly ScoredRequest[]; readonly given: readonly ScoredRequest[] },
  tolerance: number,
): ProbeOutcome {
  const finite: Record<string, number[]> = {}
  let problem: string | undefined
  probes.forEach(({ kind, spec, column }, index) => {
    const [theirs, ours] = [answers.expected[index], answers.given[index]]
    if (isAlike(theirs, ours, tolerance)) return
    const isRefused = theirs !== undefined && 'problem' in theirs
    if (kind === 'unknown')
      problem ??= isRefused
        ? `the model refuses a text that it does not know in "${spec.name}", and ONNX would answer it`
        : `a text that the model does not know in "${spec.name}" is answered otherwise`
    else if (spec.isOptional && !isRefused) problem ??= `a missing value of "${spec.name}" is answered otherwise`
    else finite[spec.name] = [...(finite[spec.name] ?? []), column]
  })
  return { finite, problem }
}

/** Both refuse, or both answer the same. */
function isAlike(theirs: ScoredRequest | undefined, ours: ScoredRequest | undefined, tolerance: number): boolean {
  if (theirs === undefined || ours === undefined) return false
  if ('problem' in theirs || 'problem' in ours) return 'problem' in theirs && 'problem' in ours
  return isWithin(compareAnswers([theirs.outputs], [ours.outputs]), tolerance)
}
