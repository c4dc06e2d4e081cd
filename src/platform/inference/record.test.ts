import { describe, expect, it } from 'vitest'
import { encodeRecord, type LogRecord, type PredictionRecord } from './record.ts'
import { decodeRecords, encodeRecords } from './record-lines.ts'
import type { Tensor } from './tensor.ts'

const record = (inputs: readonly Tensor[]): PredictionRecord<Tensor> => ({
  kind: 'prediction',
  id: 'prd_1',
  deployment: 'demo',
  variant: 'v1',
  modelVersionId: 'mdv_1',
  requestId: 'a "quoted" id\n',
  at: 1,
  eventAt: null,
  latencyUs: 20,
  inputs,
  outputs: [],
  unit: 7,
})

it('reads back what was written, one line a record, every type', () => {
  const tensors: Tensor[] = [
    { name: 'f', datatype: 'FP32', shape: [2], data: Float32Array.of(0.5, Number.NaN) },
    { name: 'i', datatype: 'INT64', shape: [2], data: BigInt64Array.of(-5n, 2n ** 60n) },
    { name: 'b', datatype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) },
    { name: 'h', datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3e00) },
    { name: 's', datatype: 'BYTES', shape: [2], data: ['a\nb', ''] },
  ]
  const line = encodeRecord(record(tensors))
  expect(line.match(/\n/g)).toHaveLength(1)
  const [read] = decodeRecords(line.trimEnd())
  expect(read).toMatchObject({ ...record([]), inputs: expect.any(Array) })
  const values = read?.kind === 'prediction' ? read.inputs.map((tensor) => tensor[3]) : []
  expect(values).toEqual([[0.5, Number.NaN], [-5, '1152921504606846976'], [false, true], [1.5], ['a\nb', '']])
})

it('leaves out the values of large tensors, and of huge batches', () => {
  const kept = (shape: readonly number[], more: readonly Tensor[] = []) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    const [read] = decodeRecords(encodeRecord(record([{ name: 'x', datatype: 'FP32', shape, data }, ...more])))
    return read?.kind === 'prediction' && read.inputs[0]?.[3] !== null
  }
  expect(kept([1, 4096])).toBe(true)
  expect(kept([1, 5000])).toBe(false)
  // A batch is as many rows, and each of them is small.
  expect(kept([5000, 4])).toBe(true)
  expect(kept([70_000, 4])).toBe(false)
  // No batch: the tensors have no common first dimension.
  expect(kept([5000], [{ name: 'y', datatype: 'FP32', shape: [1], data: Float32Array.of(1) }])).toBe(false)
})

it('does not take half a line for a record', () => {
  const line = encodeRecord(record([]))
  expect(decodeRecords(line.slice(0, 40))).toEqual([])
  expect(decodeRecords('["z",1]')).toEqual([])
})

describe('predictions of one run of a model', () => {
  const rows = (id: string, count: number, changes: object = {}): LogRecord<Tensor> => ({
    ...record([
      { name: 'x', datatype: 'FP32', shape: [count, 2], data: Float32Array.from({ length: count * 2 }, Math.random) },
      { name: 's', datatype: 'BYTES', shape: [count], data: Array.from({ length: count }, () => `${id} "ü"`) },
    ]),
    outputs: [{ name: 'label', datatype: 'INT64', shape: [count], data: new BigInt64Array(count).fill(3n) }],
    id,
    ...changes,
  })
  const read = (text: string) => text.trimEnd().split('\n').flatMap(decodeRecords)
  const alone = (records: readonly LogRecord<Tensor>[]) => read(records.map(encodeRecord).join(''))

  it('share a line and read back as if each had its own', () => {
    const records = [rows('prd_a', 1), rows('prd_b', 3, { requestId: null, eventAt: 5, unit: null }), rows('prd_c', 2)]
    const text = encodeRecords(records)
    expect(text.match(/\n/g)).toHaveLength(1)
    expect(read(text)).toEqual(alone(records))
  })

  it('have lines of their own where they cannot be laid row by row', () => {
    const scalar = rows('prd_d', 1, { outputs: [{ name: 'o', datatype: 'FP32', shape: [], data: Float32Array.of(1) }] })
    const wide = rows('prd_e', 1, {
      outputs: [{ name: 'o', datatype: 'FP32', shape: [1, 5000], data: new Float32Array(5000) }],
    })
    const counted = { deployment: 'demo', variant: 'v1', at: 1, count: 1 }
    const counts = (['failed', 'rejected', 'dropped'] as const).map((kind) => ({ ...counted, kind }))
    const served = { ...counted, kind: 'served', rowCount: 2, latencySumUs: 9, buckets: { 3: 1 } } as const
    const records = [
      rows('prd_a', 1),
      rows('prd_b', 1, { variant: 'v2' }),
      ...counts,
      served,
      scalar,
      wide,
      rows('prd_c', 1),
    ]
    const text = encodeRecords(records)
    expect(text.match(/\n/g)).toHaveLength(records.length)
    expect(read(text)).toEqual(alone(records))
    expect(read(text).map(({ kind }) => kind)).toEqual(records.map(({ kind }) => kind))
  })
})
