import type { Json } from '../../kernel/json.ts'
import { classIndex, readOutcome } from '../predictions/index.ts'
import type { Outcome } from './statistics/classification.ts'

/** Turns a prediction and its label into classes that can be compared. */

export interface AnsweredRow {
  readonly outputs: Readonly<Record<string, Json>>
  readonly label?: Json | undefined
}

/** The class a value stands for: true, 1 and "1" are the same; undefined for what is no class. */
export function toClass(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'object' || value === '') return undefined
  return String(classIndex(value) ?? value)
}

/**
 * The outcome of a labeled row; undefined without a label or an understandable answer. The score is the probability of
 * class 1 of a binary model. `output` names the output to read when a model has several.
 */
export function toOutcome(row: AnsweredRow, output?: string): Outcome | undefined {
  const actual = toClass(row.label)
  const answer = readOutcome(row.outputs, output)
  const predicted = toClass(answer.predicted)
  if (actual === undefined || predicted === undefined) return undefined
  const score = answer.probabilities?.length === 2 ? answer.probabilities[1] : undefined
  return { actual, predicted, ...(score === undefined ? {} : { score }) }
}

/** The class the scores are about: what the monitor says, else 1 when the labels are 0 and 1 only. */
export function positiveClass(outcomes: readonly Outcome[], configured: Json | undefined): string | undefined {
  if (configured !== undefined) return toClass(configured)
  return outcomes.every((outcome) => outcome.actual === '0' || outcome.actual === '1') ? '1' : undefined
}
