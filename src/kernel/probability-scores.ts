/** How good probabilities were, once the truth is known: the same numbers wherever they are shown. */

// A certain but wrong answer would cost infinity; probabilities are clipped to float64's epsilon, as scikit-learn does.
const least = Number.EPSILON

/** What one answer adds to the log loss: the natural logarithm of the probability it gave to what was true, negated. */
export function logLossOf(probabilityOfTruth: number): number {
  return -Math.log(Math.min(1, Math.max(least, probabilityOfTruth)))
}

/** Area under the ROC curve from midranks (Mann and Whitney), so ties count half; undefined when one class is absent. */
export function areaUnderRoc(scores: readonly number[], isPositive: readonly boolean[]): number | undefined {
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
