import type { Json } from '../../kernel/json.ts'
import { isSameClass, readOutcome } from '../predictions/index.ts'

/** Two models' answers to one row, held against each other. */
export interface Comparison {
  /** Same class; for a number that is no class, equal to a millionth. */
  readonly isAgreed: boolean
  /** Largest absolute difference between two numbers in the same place: of probabilities when there are any. */
  readonly difference: number
}

type Outputs = Readonly<Record<string, Json>>

/** Relative difference below which two numbers are the same prediction: what another order of summing does. */
const tolerance = 1e-6

export function compareOutputs(theirs: Outputs, ours: Outputs): Comparison {
  const [a, b] = [readOutcome(theirs), readOutcome(ours)]
  const isAgreed =
    a.predicted !== undefined && b.predicted !== undefined
      ? isSameValue(a.predicted, b.predicted)
      : largestDifference(theirs, ours) <= tolerance
  const difference =
    a.probabilities !== undefined && b.probabilities !== undefined
      ? listDifference(a.probabilities, b.probabilities)
      : largestDifference(theirs, ours)
  return { isAgreed, difference }
}

function isSameValue(a: Json, b: Json): boolean {
  if (isSameClass(a, b)) return true
  return typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))
}

/** Over the outputs both have; 1 where they are no numbers and differ. */
function largestDifference(theirs: Outputs, ours: Outputs): number {
  let largest = 0
  for (const [name, value] of Object.entries(theirs)) {
    const other = ours[name]
    if (other !== undefined) largest = Math.max(largest, listDifference(flat(value), flat(other)))
  }
  return largest
}

function flat(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value]
}

function listDifference(a: readonly Json[], b: readonly Json[]): number {
  if (a.length !== b.length) return 1
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i], b[i]]
    const apart =
      typeof left === 'number' && typeof right === 'number' ? Math.abs(left - right) : left === right ? 0 : 1
    largest = Math.max(largest, apart)
  }
  return largest
}
