import type { Json } from '../../kernel/json.ts'
import { areaUnderRoc, logLossOf } from '../../kernel/probability-scores.ts'
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

/** A metric is absent when the rows do not carry what it needs. */
export function qualityOf(rows: readonly LabeledOutcome[]): Quality {
  const accuracy = meanOf(rows, ({ predicted, label }) =>
    predicted === undefined ? undefined : isSameClass(predicted, label) ? 1 : 0,
  )
  const logLoss = meanOf(rows, ({ probabilities, label }) => {
    const index = classIndex(label)
    const probability = index === undefined ? undefined : probabilities?.[index]
    return probability === undefined ? undefined : logLossOf(probability)
  })
  const auc = areaOf(rows)
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

/** Undefined unless every row has the probability of two classes and one of them as its label. */
function areaOf(rows: readonly LabeledOutcome[]): number | undefined {
  const [scores, isPositive]: [number[], boolean[]] = [[], []]
  for (const { probabilities, label } of rows) {
    const index = classIndex(label)
    const score = probabilities?.length === 2 ? probabilities[1] : undefined
    if (score === undefined || index === undefined || index > 1) return undefined
    scores.push(score)
    isPositive.push(index === 1)
  }
  return areaUnderRoc(scores, isPositive)
}
