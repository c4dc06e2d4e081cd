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

// A certain but wrong answer would cost infinity; probabilities are clipped to float64's epsilon, as scikit-learn does.
const clip = Number.EPSILON

function scoreMetrics(outcomes: readonly Outcome[], positive: string): ClassificationMetrics {
  const rows = outcomes.filter((outcome) => outcome.score !== undefined && Number.isFinite(outcome.score))
  if (rows.length === 0) return {}
  let [logLoss, brier] = [0, 0]
  for (const { actual, score = 0 } of rows) {
    const truth = actual === positive ? 1 : 0
    const probability = Math.min(1 - clip, Math.max(clip, score))
    logLoss -= truth === 1 ? Math.log(probability) : Math.log1p(-probability)
    brier += (score - truth) ** 2
  }
  const area = auc(
    rows.map((row) => row.score ?? 0),
    rows.map((row) => row.actual === positive),
  )
  return {
    logLoss: logLoss / rows.length,
    brier: brier / rows.length,
    ...(area === undefined ? {} : { auc: area }),
  }
}

/** Area under the ROC curve from midranks (Mann and Whitney), so ties count half; undefined when one class is absent. */
export function auc(scores: readonly number[], isPositive: readonly boolean[]): number | undefined {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0))
  const positives = isPositive.filter(Boolean).length
  const negatives = scores.length - positives
  if (positives === 0 || negatives === 0) return undefined
  let rankSum = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end++
    const midrank = (start + 1 + end) / 2
    for (let i = start; i < end; i++) if (isPositive[order[i] ?? 0] === true) rankSum += midrank
    start = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
