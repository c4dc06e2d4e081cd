import type { Json } from '../../../kernel/json.ts'
import { classIndex, isSameClass, type Outcome } from './outcome.ts'

export interface LabeledOutcome extends Outcome {
  readonly label: Json
}

export interface Quality {
  readonly accuracy?: number
  /** Mean negative logarithm of the probability given to the true class; natural logarithm. */
  readonly logLoss?: number
  /** Area under the ROC curve of class 1 against class 0; ties count half. */
  readonly auc?: number
}

/** Probability below which a confident mistake counts no worse: keeps one row from making the mean infinite. */
const floor = 1e-15

/** A metric is absent when the rows do not carry what it needs. */
export function qualityOf(rows: readonly LabeledOutcome[]): Quality {
  const accuracy = meanOf(rows, ({ predicted, label }) =>
    predicted === undefined ? undefined : isSameClass(predicted, label) ? 1 : 0,
  )
  const logLoss = meanOf(rows, ({ probabilities, label }) => {
    const index = classIndex(label)
    const probability = index === undefined ? undefined : probabilities?.[index]
    return probability === undefined ? undefined : -Math.log(Math.max(floor, probability))
  })
  const auc = areaUnderCurve(rows)
  return {
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(logLoss === undefined ? {} : { logLoss }),
    ...(auc === undefined ? {} : { auc }),
  }
}

/** Undefined unless every row has a value: a mean over some of them would hide the others. */
function meanOf<Row>(rows: readonly Row[], read: (row: Row) => number | undefined): number | undefined {
  let sum = 0
  for (const row of rows) {
    const value = read(row)
    if (value === undefined) return undefined
    sum += value
  }
  return rows.length === 0 ? undefined : sum / rows.length
}

/** By ranks (Mann-Whitney), so equal scores are handled exactly. */
function areaUnderCurve(rows: readonly LabeledOutcome[]): number | undefined {
  const scored: { score: number; isPositive: boolean }[] = []
  for (const { probabilities, label } of rows) {
    const index = classIndex(label)
    const score = probabilities?.length === 2 ? probabilities[1] : undefined
    if (score === undefined || index === undefined || index > 1) return undefined
    scored.push({ score, isPositive: index === 1 })
  }
  const positives = scored.filter((row) => row.isPositive).length
  const negatives = scored.length - positives
  if (positives === 0 || negatives === 0) return undefined
  scored.sort((a, b) => a.score - b.score)
  let rankSum = 0
  for (let start = 0; start < scored.length; ) {
    let end = start
    while (end < scored.length && scored[end]?.score === scored[start]?.score) end++
    const middleRank = (start + 1 + end) / 2
    for (let at = start; at < end; at++) if (scored[at]?.isPositive) rankSum += middleRank
    start = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
