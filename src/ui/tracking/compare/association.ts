/** How strongly one thing goes with another among the runs at hand: no cause, and little with few runs. */
export interface Association {
  /** From 0 (nothing) to 1 (one follows from the other). */
  readonly strength: number
  /** 1 when both rise together, -1 when one falls, 0 for words, which have no order. */
  readonly sign: 1 | -1 | 0
  /** Runs that have both. */
  readonly count: number
}

export type Pair = readonly [of: number | string, metric: number]

const fewest = 3

/** Numbers by Spearman's rank correlation, words by the correlation ratio of the ranks; undefined with too few runs. */
export function associate(pairs: readonly Pair[]): Association | undefined {
  if (pairs.length < fewest) return undefined
  const metric = ranks(pairs.map(([, value]) => value))
  const isNumber = pairs.every(([of]) => typeof of === 'number')
  if (!isNumber)
    return {
      strength: correlationRatio(
        pairs.map(([of]) => String(of)),
        metric,
      ),
      sign: 0,
      count: pairs.length,
    }
  const rho = pearson(ranks(pairs.map(([of]) => Number(of))), metric)
  return { strength: Math.abs(rho), sign: rho < 0 ? -1 : 1, count: pairs.length }
}

/** Places from 1; equal values share the middle of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value)
  const result = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++
    for (let at = start; at <= end; at++) result[order[at]?.index ?? 0] = (start + end) / 2 + 1
    start = end + 1
  }
  return result
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  let [together, ofA, ofB] = [0, 0, 0]
  for (const [index, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[index] ?? 0) - meanB]
    together += x * y
    ofA += x * x
    ofB += y * y
  }
  return ofA === 0 || ofB === 0 ? 0 : together / Math.sqrt(ofA * ofB)
}

/** The root of the share of the variance that lies between the groups. */
function correlationRatio(words: readonly string[], values: readonly number[]): number {
  const whole = mean(values)
  const total = values.reduce((sum, value) => sum + (value - whole) ** 2, 0)
  const groups = Map.groupBy(values.keys(), (index) => words[index] ?? '')
  let between = 0
  for (const indexes of groups.values()) {
    between += indexes.length * (mean(indexes.map((index) => values[index] ?? 0)) - whole) ** 2
  }
  return total === 0 ? 0 : Math.sqrt(between / total)
}
