/**
 * Gradient-boosted decision trees for a yes/no outcome: log loss, histogram splits, trees grown level by level to a fixed
 * depth. Small enough to read, exact enough to ship: thresholds are float32 values, so an ONNX runtime takes the same
 * branches. Nothing is random: equal data gives equal trees.
 */

/** Columns of one length; missing values are not allowed. */
export interface Table {
  readonly names: readonly string[]
  readonly columns: readonly Float32Array[]
}

export interface TrainingOptions {
  readonly trees: number
  readonly depth: number
  readonly learningRate: number
  /** Histogram cells for each column, at most 256. */
  readonly bins: number
  /** Smallest sum of second derivatives in a leaf; grows with the number of rows that it holds. */
  readonly minLeafWeight: number
  /** Penalty on the square of leaf values. */
  readonly l2: number
  /** Called after every tree with the mean log loss of the training rows. */
  readonly onTree?: (tree: number, logLoss: number) => void
}

/**
 * A complete binary tree in arrays: node i has the children 2i+1 (value <= threshold) and 2i+2. A node that is not split has
 * feature -1 and passes everything left; the last level holds the leaves.
 */
export interface Tree {
  readonly feature: Int16Array
  readonly threshold: Float32Array
  /** Leaf values, in log odds, already multiplied by the learning rate. */
  readonly leaf: Float32Array
}

export interface BoostedTrees {
  readonly names: readonly string[]
  readonly depth: number
  /** Log odds before the first tree. */
  readonly base: number
  readonly trees: readonly Tree[]
}

export function trainBoostedTrees(table: Table, outcome: Uint8Array, options: TrainingOptions): BoostedTrees {
  const rows = outcome.length
  const edges = table.columns.map((column) => binEdges(column, options.bins))
  const binned = table.columns.map((column, i) => assignBins(column, edges[i] ?? new Float32Array()))
  const share = Math.min(Math.max(mean(outcome), 1e-6), 1 - 1e-6)
  const base = Math.fround(Math.log(share / (1 - share)))
  const margin = new Float64Array(rows).fill(base)
  const gradient = new Float64Array(rows)
  const curvature = new Float64Array(rows)
  const trees: Tree[] = []
  for (let t = 0; t < options.trees; t++) {
    const loss = differentiate(margin, outcome, gradient, curvature)
    options.onTree?.(t, loss)
    const node = new Uint16Array(rows)
    const tree = growTree({ binned, edges, gradient, curvature, node, options })
    const firstLeaf = 2 ** options.depth - 1
    for (let r = 0; r < rows; r++) margin[r] = (margin[r] ?? 0) + (tree.leaf[(node[r] ?? 0) - firstLeaf] ?? 0)
    trees.push(tree)
  }
  return { names: table.names, depth: options.depth, base, trees }
}

/** Probability of the outcome for each row. */
export function predict(model: BoostedTrees, columns: readonly Float32Array[]): Float64Array {
  const rows = columns[0]?.length ?? 0
  const firstLeaf = 2 ** model.depth - 1
  const probability = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    let margin = model.base
    for (const tree of model.trees) {
      let at = 0
      while (at < firstLeaf) {
        const feature = tree.feature[at] ?? -1
        const right = feature >= 0 && (columns[feature]?.[r] ?? 0) > (tree.threshold[at] ?? 0)
        at = 2 * at + (right ? 2 : 1)
      }
      margin += tree.leaf[at - firstLeaf] ?? 0
    }
    probability[r] = 1 / (1 + Math.exp(-margin))
  }
  return probability
}

/** Gradient p - y and curvature p(1 - p) of the log loss at each row; returns its mean. */
function differentiate(margin: Float64Array, outcome: Uint8Array, gradient: Float64Array, curvature: Float64Array) {
  let loss = 0
  for (let r = 0; r < outcome.length; r++) {
    const p = 1 / (1 + Math.exp(-(margin[r] ?? 0)))
    const y = outcome[r] ?? 0
    gradient[r] = p - y
    curvature[r] = p * (1 - p)
    loss -= Math.log(y === 1 ? p : 1 - p)
  }
  return loss / outcome.length
}

interface Growth {
  readonly binned: readonly Uint8Array[]
  readonly edges: readonly Float32Array[]
  readonly gradient: Float64Array
  readonly curvature: Float64Array
  /** Where each row stands; moved down as levels are split. */
  readonly node: Uint16Array
  readonly options: TrainingOptions
}

function growTree(growth: Growth): Tree {
  const { depth, learningRate, l2 } = growth.options
  const inner = 2 ** depth - 1
  const feature = new Int16Array(inner).fill(-1)
  const threshold = new Float32Array(inner)
  const splitBin = new Int16Array(inner).fill(-1)
  for (let level = 0; level < depth; level++) {
    const first = 2 ** level - 1
    const best = bestSplits(growth, first)
    for (const [i, split] of best.entries()) {
      if (split === undefined) continue
      feature[first + i] = split.feature
      splitBin[first + i] = split.bin
      threshold[first + i] = growth.edges[split.feature]?.[split.bin] ?? 0
    }
    descend(growth, feature, splitBin)
  }
  const sums = new Float64Array(2 * (inner + 1))
  for (let r = 0; r < growth.node.length; r++) {
    const leaf = (growth.node[r] ?? 0) - inner
    sums[2 * leaf] = (sums[2 * leaf] ?? 0) + (growth.gradient[r] ?? 0)
    sums[2 * leaf + 1] = (sums[2 * leaf + 1] ?? 0) + (growth.curvature[r] ?? 0)
  }
  const leaf = Float32Array.from(
    { length: inner + 1 },
    (_, i) => (-learningRate * (sums[2 * i] ?? 0)) / ((sums[2 * i + 1] ?? 0) + l2),
  )
  return { feature, threshold, leaf }
}

function descend({ node, binned }: Growth, feature: Int16Array, splitBin: Int16Array): void {
  for (let r = 0; r < node.length; r++) {
    const at = node[r] ?? 0
    const f = feature[at] ?? -1
    node[r] = 2 * at + (f >= 0 && (binned[f]?.[r] ?? 0) > (splitBin[at] ?? 0) ? 2 : 1)
  }
}

interface Split {
  readonly feature: number
  readonly bin: number
  readonly gain: number
}

/** The best split of each node of the level that starts at node `first`, or undefined where none pays. */
function bestSplits(growth: Growth, first: number): (Split | undefined)[] {
  const width = first + 1
  const best: (Split | undefined)[] = new Array(width).fill(undefined)
  for (let f = 0; f < growth.binned.length; f++) {
    const histogram = fillHistogram(growth, f, first)
    for (let i = 0; i < width; i++) {
      const split = bestCut(histogram.subarray(i * 512, (i + 1) * 512), f, growth)
      if (split !== undefined && split.gain > (best[i]?.gain ?? 0)) best[i] = split
    }
  }
  return best
}

/** Sums of gradient and curvature for each node of the level and each bin: 512 numbers a node. */
function fillHistogram({ binned, gradient, curvature, node }: Growth, f: number, first: number): Float64Array {
  const histogram = new Float64Array((first + 1) * 512)
  const bins = binned[f] ?? new Uint8Array()
  for (let r = 0; r < bins.length; r++) {
    const cell = ((node[r] as number) - first) * 512 + 2 * (bins[r] as number)
    histogram[cell] = (histogram[cell] as number) + (gradient[r] as number)
    histogram[cell + 1] = (histogram[cell + 1] as number) + (curvature[r] as number)
  }
  return histogram
}

function bestCut(cells: Float64Array, feature: number, { options, edges }: Growth): Split | undefined {
  let g = 0
  let h = 0
  for (let i = 0; i < 512; i += 2) {
    g += cells[i] ?? 0
    h += cells[i + 1] ?? 0
  }
  const whole = (g * g) / (h + options.l2)
  let best: Split | undefined
  let left = 0
  let leftWeight = 0
  for (let bin = 0; bin < (edges[feature]?.length ?? 0); bin++) {
    left += cells[2 * bin] ?? 0
    leftWeight += cells[2 * bin + 1] ?? 0
    if (leftWeight < options.minLeafWeight || h - leftWeight < options.minLeafWeight) continue
    const right = g - left
    const gain = (left * left) / (leftWeight + options.l2) + (right * right) / (h - leftWeight + options.l2) - whole
    if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain }
  }
  return best
}

/** Cut points between bins: quantiles of the column without repeats, so value <= edges[b] means bin <= b. */
function binEdges(column: Float32Array, bins: number): Float32Array {
  const sorted = column.slice().sort()
  const edges: number[] = []
  for (let b = 1; b < bins; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / bins)] ?? 0
    if (edge !== edges.at(-1) && edge !== sorted.at(-1)) edges.push(edge)
  }
  return Float32Array.from(edges)
}

function assignBins(column: Float32Array, edges: Float32Array): Uint8Array {
  return Uint8Array.from(column, (value) => {
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (value <= (edges[middle] ?? 0)) high = middle
      else low = middle + 1
    }
    return low
  })
}

function mean(values: Uint8Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
