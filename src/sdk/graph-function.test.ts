import { expect, it } from 'vitest'
import type { GraphFunction } from './index.ts'

const inputs = {
  km: { datatype: 'FP64', shape: [-1] },
  zone: { datatype: 'BYTES', shape: [-1] },
  count: { datatype: 'INT64', shape: [-1] },
} as const
const outputs = {
  features: { datatype: 'FP32', shape: [-1, 2] },
  near: { datatype: 'BOOL', shape: [-1] },
  label: { datatype: 'BYTES', shape: [-1] },
  grid: { datatype: 'FP64', shape: [-1, -1] },
} as const

it('has its inputs and outputs typed by what its file declares', () => {
  const describeRide: GraphFunction<typeof inputs, typeof outputs> = ({ km, zone, count }, ctx) => ({
    features: Array.from(km.data, (value, row) => [value, Number(count.data[row])]),
    near: Array.from(km.data, (value) => (value < 0 ? ctx.refuse('a distance may not be negative') : value < 2)),
    label: zone.data.map((text) => text?.toUpperCase() ?? ctx.readText('default.txt')),
    grid: { data: km.data.map((value) => value * 2), shape: [1, km.data.length] },
  })
  const given = {
    km: { datatype: 'FP64', shape: [2], data: Float64Array.of(1, 3) },
    zone: { datatype: 'BYTES', shape: [2], data: ['a', null] },
    count: { datatype: 'INT64', shape: [2], data: BigInt64Array.of(4n, 5n) },
  } as const
  const refuse = (problem: string): never => {
    throw new Error(problem)
  }
  const ctx = { folder: '', read: () => new Uint8Array(), readText: () => 'none', readJson: () => null, refuse }
  expect(describeRide(given, ctx)).toEqual({
    features: [
      [1, 4],
      [3, 5],
    ],
    near: [true, false],
    label: ['A', 'none'],
    grid: { data: Float64Array.of(2, 6), shape: [1, 2] },
  })
})
