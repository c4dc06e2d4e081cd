/** How good probabilities of a yes/no outcome were. */

/** Area under the ROC curve: the chance that a late flight was given a higher probability than a punctual one; ties count half. */
export function auc(probability: ArrayLike<number>, outcome: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: outcome.length }, (_, i) => i).sort(
    (a, b) => (probability[a] ?? 0) - (probability[b] ?? 0),
  )
  let positives = 0
  let rankSum = 0
  for (let i = 0; i < order.length; ) {
    let end = i
    while (end < order.length && probability[order[end] ?? 0] === probability[order[i] ?? 0]) end++
    for (let j = i; j < end; j++) {
      if (outcome[order[j] ?? 0] !== 1) continue
      positives++
      rankSum += (i + 1 + end) / 2
    }
    i = end
  }
  const negatives = order.length - positives
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Mean of -ln(probability given to what happened). */
export function logLoss(probability: ArrayLike<number>, outcome: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < outcome.length; i++) {
    const p = Math.min(Math.max(probability[i] ?? 0, 1e-7), 1 - 1e-7)
    sum -= Math.log(outcome[i] === 1 ? p : 1 - p)
  }
  return sum / outcome.length
}

/** Share of rows where (probability >= 0.5) agrees with the outcome. */
export function accuracy(probability: ArrayLike<number>, outcome: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < outcome.length; i++) if ((probability[i] ?? 0) >= 0.5 === (outcome[i] === 1)) right++
  return right / outcome.length
}
