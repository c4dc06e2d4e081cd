import { describe, expect, it } from 'vitest'
import type { Tensor, TensorSpec } from '../inference/index.ts'
import type { ModelSession } from './session.ts'
import { warmUp } from './warm-up.ts'

const columns = 3
const inputs: TensorSpec[] = [{ name: 'x', datatype: 'FP64', shape: [-1, columns] }]
const outputs: TensorSpec[] = [{ name: 'y', datatype: 'FP64', shape: [-1, 1] }]

/** A model by what it does to all rows that it is given at once. */
function modelOf(answer: (rows: readonly (readonly number[])[]) => readonly number[]): ModelSession {
  return {
    inputs,
    outputs,
    lanes: 1,
    release: async () => {},
    run: async ([x]: readonly Tensor[]) => {
      const data = Array.from((x?.data ?? []) as Float64Array)
      const rows = Array.from({ length: data.length / columns }, (_, at) =>
        data.slice(at * columns, (at + 1) * columns),
      )
      const values = answer(rows)
      return [{ name: 'y', datatype: 'FP64', shape: [values.length, 1], data: Float64Array.from(values) }]
    },
  }
}

const score = (row: readonly number[]) => row.reduce((sum, value, at) => sum + value * (at - 0.7), 0.3)
const scores = (rows: readonly (readonly number[])[]) => rows.map(score)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const runningSum = (values: readonly number[]) => {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

describe('rows of a model', () => {
  it.each([
    ['a linear score', scores],
    ['a network', (rows: readonly (readonly number[])[]) => scores(rows).map((value) => Math.tanh(Math.tanh(value)))],
    ['a tree', (rows: readonly (readonly number[])[]) => rows.map(([a = 0, b = 0]) => (a > 1 ? (b > 0.5 ? 1 : 2) : 3))],
  ])('may share a run where they stand by themselves: %s', async (_name, answer) => {
    expect(await warmUp(modelOf(answer))).toEqual({ isPossible: true, isProved: true })
  })

  it.each([
    ['a running sum', (values: readonly number[]) => runningSum(values)],
    ['a running sum from the end', (values: readonly number[]) => runningSum(values.toReversed()).toReversed()],
    ['the row before', (values: readonly number[]) => values.map((_, at) => values[at - 1] ?? 0)],
    ['the row behind', (values: readonly number[]) => values.map((value, at) => values[at + 1] ?? value)],
    ['the mean taken off', (values: readonly number[]) => values.map((value) => value - mean(values))],
    [
      'a softmax',
      (values: readonly number[]) =>
        values.map((value) => Math.exp(value) / values.length / mean(values.map(Math.exp))),
    ],
    ['the largest', (values: readonly number[]) => values.map(() => Math.max(...values))],
    ['ranks', (values: readonly number[]) => values.map((value) => values.filter((other) => other < value).length)],
    ['sorted', (values: readonly number[]) => values.toSorted((a, b) => a - b)],
    ['how many', (values: readonly number[]) => values.map((value) => value + values.length)],
  ])('may not where one reaches into another: %s', async (_name, mix) => {
    const { isProved } = await warmUp(modelOf((rows) => mix(scores(rows))))
    expect(isProved).toBe(false)
  })

  it('are not proved to where trial rows are refused, or all answered the same', async () => {
    const refusing = modelOf(() => {
      throw new Error('unknown sku')
    })
    expect(await warmUp(refusing)).toEqual({ isPossible: true, isProved: false })
    expect(await warmUp(modelOf((rows) => rows.map(() => 1)))).toEqual({ isPossible: true, isProved: false })
  })

  it('cannot where the model gives no row for a row, or its first dimension is fixed', async () => {
    expect(await warmUp(modelOf((rows) => [...scores(rows), 0]))).toEqual({ isPossible: false, isProved: false })
    const fixed = { ...modelOf(scores), inputs: [{ name: 'x', datatype: 'FP64' as const, shape: [1, columns] }] }
    expect(await warmUp(fixed)).toEqual({ isPossible: false, isProved: false })
  })
})
