import { expect, it } from 'vitest'
import { decodeRecord, encodeRecord, type LogRecord } from './record.ts'
import type { Tensor } from './tensor.ts'

const record = (inputs: readonly Tensor[]): LogRecord<Tensor> => ({
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
  const read = decodeRecord(line.trimEnd())
  expect(read).toMatchObject({ ...record([]), inputs: expect.any(Array) })
  const values = read?.kind === 'prediction' ? read.inputs.map((tensor) => tensor[3]) : []
  expect(values).toEqual([[0.5, Number.NaN], [-5, '1152921504606846976'], [false, true], [1.5], ['a\nb', '']])
})

it('leaves out the values of large tensors', () => {
  const large = { name: 'x', datatype: 'FP32', shape: [5000], data: new Float32Array(5000) } as const
  expect(decodeRecord(encodeRecord(record([large])))).toMatchObject({ inputs: [['x', 'FP32', [5000], null]] })
})

it('does not take half a line for a record', () => {
  const line = encodeRecord(record([]))
  expect(decodeRecord(line.slice(0, 40))).toBeUndefined()
  expect(decodeRecord('["z",1]')).toBeUndefined()
})
