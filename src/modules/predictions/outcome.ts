import type { Json } from '../../kernel/json.ts'

/** What a row's outputs say, whatever the model calls them. */
export interface Outcome {
  /** The predicted class or value; absent when no output carries one. */
  readonly predicted?: Json
  /** Probability per class index; absent when no output looks like probabilities. */
  readonly probabilities?: readonly number[]
}

/**
 * Reads a prediction: probabilities are an array of numbers in [0, 1] that sum to 1, or one number in [0, 1] under a name
 * that says so (`probability`, `score`); the class is an output named like a label, else any other single value, else the
 * likeliest class. `output` names the output to look at when a model has several.
 */
export function readOutcome(outputs: Readonly<Record<string, Json>>, output?: string): Outcome {
  const named = output === undefined ? outputs : { [output]: outputs[output] ?? null }
  const entries = Object.entries(named)
  const probabilities = findProbabilities(entries, output !== undefined)
  const scalars = entries.filter(([name, value]) => isScalar(value) && !(probabilities?.from === name))
  const labeled = scalars.find(([name]) => /label|class|predict/i.test(name)) ?? scalars[0]
  const predicted = labeled?.[1] ?? likeliest(probabilities?.values)
  return {
    ...(predicted === undefined ? {} : { predicted }),
    ...(probabilities === undefined ? {} : { probabilities: probabilities.values }),
  }
}

function findProbabilities(
  entries: readonly (readonly [string, Json])[],
  isChosen: boolean,
): { from: string; values: number[] } | undefined {
  for (const [name, value] of entries) {
    if (Array.isArray(value) && value.length > 1 && value.every(isShare) && sumsToOne(value as number[]))
      return { from: name, values: value as number[] }
    if (isShare(value) && (isChosen || /prob|score/i.test(name))) return { from: name, values: [1 - value, value] }
  }
  return undefined
}

function likeliest(probabilities: readonly number[] | undefined): number | undefined {
  return probabilities?.reduce((best, value, index) => (value > (probabilities[best] ?? 0) ? index : best), 0)
}

function isScalar(value: Json): boolean {
  return value !== null && typeof value !== 'object'
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function sumsToOne(values: readonly number[]): boolean {
  return Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 0.01
}

/** Index of a label's class: booleans and whole numbers, also as text. */
export function classIndex(label: Json): number | undefined {
  if (typeof label === 'boolean') return label ? 1 : 0
  if (label === 'true' || label === 'false') return label === 'true' ? 1 : 0
  const number =
    typeof label === 'number' ? label : typeof label === 'string' && label !== '' ? Number(label) : Number.NaN
  return Number.isInteger(number) && number >= 0 ? number : undefined
}

/** Equal as classes: 1, "1" and true are the same class. */
export function isSameClass(predicted: Json, label: Json): boolean {
  if (String(predicted) === String(label)) return true
  const index = classIndex(predicted)
  return index !== undefined && index === classIndex(label)
}
