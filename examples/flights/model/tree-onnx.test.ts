import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { predict, type Table, trainBoostedTrees } from './boosted-trees.ts'
import { auc } from './measures.ts'
import { toOnnx } from './tree-onnx.ts'

/** A linear congruential generator: the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Three columns, one of few distinct values, one constant; the outcome depends on an interaction of the first two. */
function makeData(rows: number): { table: Table; outcome: Uint8Array } {
  const random = randomNumbers(7)
  const speed = Float32Array.from({ length: rows }, () => random() * 100 - 20)
  const weekday = Float32Array.from({ length: rows }, () => Math.ceil(random() * 7))
  const constant = new Float32Array(rows).fill(3)
  const outcome = Uint8Array.from(speed, (value, i) => {
    const chance = value > 30 === (weekday[i] ?? 0) > 5 ? 0.85 : 0.15
    return random() < chance ? 1 : 0
  })
  return { table: { names: ['speed', 'weekday', 'constant'], columns: [speed, weekday, constant] }, outcome }
}

const options = { trees: 25, depth: 4, learningRate: 0.2, bins: 64, minLeafWeight: 5, l2: 1 }

async function runOnnx(bytes: Uint8Array, { names, columns }: Table): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes)
  const feeds = names.map((name, i) => {
    const values = columns[i] ?? new Float32Array()
    return [name, new Tensor('float32', values, [values.length, 1])] as const
  })
  const { probability } = await session.run(Object.fromEntries(feeds))
  return probability?.data as Float32Array
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN))), 0)
}

describe('boosted trees', () => {
  const { table, outcome } = makeData(20_000)
  const model = trainBoostedTrees(table, outcome, options)

  it('learn an interaction that no single column shows', () => {
    const probability = predict(model, table.columns)
    // The best any model can do: it is right about which of 0.85 and 0.15 applies.
    const perfect = Float64Array.from(outcome, (_, i) =>
      (table.columns[0]?.[i] ?? 0) > 30 === (table.columns[1]?.[i] ?? 0) > 5 ? 0.85 : 0.15,
    )
    expect(auc(perfect, outcome)).toBeGreaterThan(0.8)
    expect(auc(probability, outcome)).toBeGreaterThan(auc(perfect, outcome) - 0.01)
    expect(auc(table.columns[0] ?? [], outcome)).toBeLessThan(0.75)
  })

  it('give the same trees for the same data', () => {
    expect(trainBoostedTrees(table, outcome, options)).toEqual(model)
  })

  it('answer the same in onnxruntime, also exactly at the thresholds', async () => {
    const thresholds = model.trees.flatMap((tree) => [...tree.threshold].filter((_, i) => tree.feature[i] === 0))
    expect(thresholds.length).toBeGreaterThan(25)
    const rows = table.columns[0]?.length ?? 0
    const edges = Float32Array.from({ length: rows }, (_, i) => thresholds[i % thresholds.length] ?? 0)
    for (const first of [table.columns[0] ?? edges, edges]) {
      const probed = { names: table.names, columns: [first, ...table.columns.slice(1)] }
      const difference = largestDifference(await runOnnx(toOnnx(model), probed), predict(model, probed.columns))
      expect(difference).toBeLessThanOrEqual(1e-5)
    }
  })

  it('answer the base rate when there is nothing to learn', async () => {
    const flat = { names: ['constant'], columns: [new Float32Array(1000).fill(3)] }
    const quarter = Uint8Array.from({ length: 1000 }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const dull = trainBoostedTrees(flat, quarter, options)
    expect(predict(dull, flat.columns)[0]).toBeCloseTo(0.25, 6)
    expect((await runOnnx(toOnnx(dull), flat))[0]).toBeCloseTo(0.25, 5)
  })
})

describe('auc', () => {
  it('counts pairs in the right order, ties as half', () => {
    // Pairs (late, punctual): 0.8>0.3, 0.8>0.5, 0.5>0.3 right, 0.5=0.5 half: 3.5 of 4.
    expect(auc([0.8, 0.5, 0.3, 0.5], [1, 1, 0, 0])).toBe(3.5 / 4)
  })
})
