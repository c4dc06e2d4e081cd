import { describe, expect, it } from 'vitest'
import { Abandoned } from '../../inference/errors.ts'
import type { Tensor } from '../../inference/tensor.ts'
import { type BatchItem, createBatcher } from './batcher.ts'

const row = (...values: number[]): Tensor[] => [
  { name: 'x', datatype: 'FP32', shape: [values.length, 1], data: Float32Array.from(values) },
]
const valuesOf = (item: BatchItem) =>
  item.outcome instanceof Error ? item.outcome.message : [...(item.outcome?.[0]?.data ?? [])]

/** Doubles every value; refuses negative ones. Notes how many rows each run had. */
function setUp(maxRows = 100) {
  const runs: number[] = []
  const timed: number[] = []
  const finished: BatchItem[] = []
  const batcher = createBatcher<BatchItem>({
    run: async (inputs) => {
      const data = inputs[0]?.data as Float32Array
      runs.push(data.length)
      if (data.some((value) => value < 0)) throw new Error('negative')
      return row(...Array.from(data, (value) => value * 2))
    },
    now: () => performance.now(),
    ran: ({ rows }) => timed.push(rows),
    abandoned: () => new Error('abandoned'),
    finish: (items) => finished.push(...items),
  })
  batcher.limitRows(maxRows)
  return { batcher, runs, timed, finished }
}

describe('the batcher', () => {
  it('runs together what arrives together and gives each its own rows', async () => {
    const { batcher, runs, finished } = setUp()
    for (const inputs of [row(1), row(2, 3), row(4)]) batcher.add({ inputs, rows: inputs[0]?.shape[0] ?? 0 })
    await batcher.idle()
    expect(runs).toEqual([4])
    expect(finished.map(valuesOf)).toEqual([[2], [4, 6], [8]])
  })

  it('never exceeds the row limit unless one request does alone', async () => {
    const { batcher, runs } = setUp(3)
    for (const inputs of [row(1, 2), row(3, 4), row(5), row(1, 2, 3, 4)])
      batcher.add({ inputs, rows: inputs[0]?.shape[0] ?? 0 })
    await batcher.idle()
    expect(runs).toEqual([2, 3, 4])
  })

  it('times the runs that gave something: the whole, or each of those that were repeated alone', async () => {
    const { batcher, timed, finished } = setUp()
    for (const inputs of [row(1), row(2, 3)]) batcher.add({ inputs, rows: inputs[0]?.shape[0] ?? 0 })
    await batcher.idle()
    for (const inputs of [row(1), row(-1), row(3)]) batcher.add({ inputs, rows: 1 })
    await batcher.idle()
    expect(timed).toEqual([3, 1, 1])
    expect(finished.map((item) => item.run?.rows)).toEqual([3, 3, 1, undefined, 1])
  })

  it('keeps an error with the request that caused it', async () => {
    const { batcher, finished } = setUp()
    for (const inputs of [row(1), row(-1), row(3)]) batcher.add({ inputs, rows: 1 })
    await batcher.idle()
    expect(finished.map(valuesOf)).toEqual([[2], 'negative', [6]])
  })

  it('does not run what nobody waits for any more', async () => {
    const { batcher, runs, finished } = setUp()
    let isGone = false
    batcher.add({ inputs: row(1), rows: 1 })
    batcher.add({ inputs: row(2), rows: 1, isAbandoned: () => isGone })
    isGone = true
    await batcher.idle()
    expect(runs).toEqual([1])
    expect(finished.map(valuesOf)).toEqual([[2], 'abandoned'])
  })

  it('ends a run early only when nobody waits for any of its answers', async () => {
    const finished: BatchItem[] = []
    const gone = [true, false]
    const asked: boolean[] = []
    const batcher = createBatcher<BatchItem>({
      run: async (inputs, isGone) => {
        asked.push(isGone())
        if (isGone()) throw new Abandoned()
        return [...inputs]
      },
      now: () => performance.now(),
      ran: () => {},
      abandoned: () => new Error('abandoned'),
      finish: (items) => finished.push(...items),
    })
    batcher.limitRows(100)
    for (const index of [0, 1]) batcher.add({ inputs: row(index), rows: 1, isGone: () => gone[index] === true })
    await batcher.idle()
    expect([asked, finished.map(valuesOf)]).toEqual([[false], [[0], [1]]])
    gone[1] = true
    for (const index of [0, 1]) batcher.add({ inputs: row(index), rows: 1, isGone: () => gone[index] === true })
    await batcher.idle()
    expect(finished.slice(2).map(valuesOf)).toEqual(['abandoned', 'abandoned'])
  })

  it('does not mix requests of different shapes', async () => {
    const { batcher, runs } = setUp()
    const wide: Tensor[] = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) }]
    batcher.add({ inputs: row(1), rows: 1 })
    batcher.add({ inputs: wide, rows: 1 })
    await batcher.idle()
    expect(runs).toEqual([1, 2])
  })
})
