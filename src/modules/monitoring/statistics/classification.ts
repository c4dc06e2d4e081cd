import { areaUnderRoc, logLossOf } from '../../../kernel/probability-scores.ts'

/** Metrics of a classifier from joined labels. What the data cannot give is absent, never NaN. */

export interface Outcome {
  /** The true class. */
  readonly actual: string
  /** The predicted class. */
  readonly predicted: string
  /** Probability of the positive class, for binary models that answer one. */
  readonly score?: number | undefined
}

export interface ClassificationMetrics {
  readonly accuracy?: number
  readonly precision?: number
  readonly recall?: number
  readonly f1?: number
  readonly logLoss?: number
  readonly brier?: number
  readonly auc?: number
}

/**
 * `positive` names the class that precision, recall, f1 and the scores are about; without it only accuracy is given.
 * Precision without predicted positives, recall without actual ones, and auc with one class are absent.
 */
export function classificationMetrics(outcomes: readonly Outcome[], positive?: string): ClassificationMetrics {
  if (outcomes.length === 0) return {}
  const correct = outcomes.filter((outcome) => outcome.actual === outcome.predicted).length
  const accuracy = correct / outcomes.length
  if (positive === undefined) return { accuracy }
  return { accuracy, ...confusionMetrics(outcomes, positive), ...scoreMetrics(outcomes, positive) }
}

function confusionMetrics(outcomes: readonly Outcome[], positive: string): ClassificationMetrics {
  let [truePositive, falsePositive, falseNegative] = [0, 0, 0]
  for (const { actual, predicted } of outcomes) {
    if (predicted === positive && actual === positive) truePositive++
    else if (predicted === positive) falsePositive++
    else if (actual === positive) falseNegative++
  }
  return {
    ...(truePositive + falsePositive > 0 ? { precision: truePositive / (truePositive + falsePositive) } : {}),
    ...(truePositive + falseNegative > 0 ? { recall: truePositive / (truePositive + falseNegative) } : {}),
    ...(truePositive + falsePositive + falseNegative > 0
      ? { f1: (2 * truePositive) / (2 * truePositive + falsePositive + falseNegative) }
      : {}),
  }
}

function scoreMetrics(outcomes: readonly Outcome[], positive: string): ClassificationMetrics {
  const rows = outcomes.filter((outcome) => outcome.score !== undefined && Number.isFinite(outcome.score))
  if (rows.length === 0) return {}
  let [logLoss, brier] = [0, 0]
  for (const { actual, score = 0 } of rows) {
    const truth = actual === positive ? 1 : 0
    logLoss += logLossOf(truth === 1 ? score : 1 - score)
    brier += (score - truth) ** 2
  }
  const area = areaUnderRoc(
    rows.map((row) => row.score ?? 0),
    rows.map((row) => row.actual === positive),
  )
  return {
    logLoss: logLoss / rows.length,
    brier: brier / rows.length,
    ...(area === undefined ? {} : { auc: area }),
  }
}
