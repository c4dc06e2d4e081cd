import type { Json } from '../../kernel/json.ts'
import type { Outcome } from './statistics/classification.ts'

/** Turns a prediction and its label into classes that can be compared, whatever form the model answers in. */

export interface AnsweredRow {
  readonly outputs: Readonly<Record<string, Json>>
  readonly label?: Json | undefined
}

/** The class a value stands for: true and 1 are the same, as are false and 0. */
export function toClass(value: Json | undefined): string | undefined {
  const plain = unwrap(value)
  if (typeof plain === 'boolean') return plain ? '1' : '0'
  if (typeof plain === 'number') return String(plain)
  return typeof plain === 'string' && plain !== '' ? plain : undefined
}

/**
 * The outcome of a labeled row; undefined without a label or an understandable answer. An output named like a class
 * (`label`, `class`, `prediction`) gives the class; one named like a probability, a pair, or else a single number from 0
 * to 1 gives the score of class 1, which stands for the class from 0.5 up when nothing else does.
 */
export function toOutcome(row: AnsweredRow): Outcome | undefined {
  const actual = toClass(row.label)
  if (actual === undefined) return undefined
  const names = Object.keys(row.outputs)
  const scoreName = names.find((name) => /prob|score/i.test(name)) ?? names.find((name) => isShare(row.outputs[name]))
  const className = names.find((name) => name !== scoreName && /label|class|pred/i.test(name))
  const score = scoreName === undefined ? undefined : toScore(row.outputs[scoreName])
  const predicted = className === undefined ? undefined : toClass(row.outputs[className])
  const decided = predicted ?? (score === undefined ? undefined : score >= 0.5 ? '1' : '0')
  const single = decided ?? (names.length === 1 ? toClass(row.outputs[names[0] ?? '']) : undefined)
  return single === undefined ? undefined : { actual, predicted: single, ...(score === undefined ? {} : { score }) }
}

/** The probability of class 1: a number, the second of a pair, or the entry `1` of a map. */
function toScore(value: Json | undefined): number | undefined {
  const plain = unwrap(value)
  if (typeof plain === 'number') return plain
  if (Array.isArray(plain)) return plain.length === 2 && typeof plain[1] === 'number' ? plain[1] : undefined
  if (plain !== null && typeof plain === 'object') {
    const entry = (plain as Readonly<Record<string, Json>>)['1']
    return typeof entry === 'number' ? entry : undefined
  }
  return undefined
}

function isShare(value: Json | undefined): boolean {
  const plain = unwrap(value)
  if (Array.isArray(plain)) return plain.length === 2 && plain.every((part) => isShare(part))
  return typeof plain === 'number' && plain > 0 && plain < 1
}

/** Tensors of one element come as nested arrays of one. */
function unwrap(value: Json | undefined): Json | undefined {
  return Array.isArray(value) && value.length === 1 ? unwrap(value[0] as Json) : value
}

/** The class the scores are about: what the monitor says, else 1 when the labels are 0 and 1 only. */
export function positiveClass(outcomes: readonly Outcome[], configured: Json | undefined): string | undefined {
  if (configured !== undefined) return toClass(configured)
  return outcomes.every((outcome) => outcome.actual === '0' || outcome.actual === '1') ? '1' : undefined
}
