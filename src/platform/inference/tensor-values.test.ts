import { describe, expect, it } from 'vitest'
import { tensorFromBytes, tensorToBytes } from './binary-values.ts'
import { tensorFromJson } from './json-values.ts'
import { toJsonValues } from './tensor.ts'

describe('tensors from JSON', () => {
  it('may be nested or flat', () => {
    const nested = tensorFromJson(
      'x',
      'FP32',
      [2, 2],
      [
        [1, 2],
        [3, 4.5],
      ],
    )
    expect(nested.data).toEqual(Float32Array.of(1, 2, 3, 4.5))
    expect(tensorFromJson('x', 'FP32', [2, 2], [1, 2, 3, 4.5])).toEqual(nested)
  })

  it('are refused when a row has another length, though all values together are as many as the shape wants', () => {
    const rows = [[1, 2], [3], [4, 5, 6]]
    expect(() => tensorFromJson('x', 'FP32', [3, 2], rows)).toThrow('row 1 has 1, but shape [3,2] wants 2')
    expect(() =>
      tensorFromJson(
        'x',
        'FP32',
        [1, 2, 3],
        [
          [
            [1, 2],
            [3, 4, 5, 6],
          ],
        ],
      ),
    ).toThrow('list 0 has 2')
    expect(tensorFromJson('x', 'FP32', [2, 3], rows.flat()).data).toHaveLength(6)
    expect(tensorFromJson('x', 'FP32', [1, 2], [[[[[1, 2]]]]]).data).toHaveLength(2)
  })

  it('keep 64-bit integers exact: beyond 2^53 only as text', () => {
    expect(tensorFromJson('x', 'INT64', [1], ['9007199254740993']).data).toEqual(BigInt64Array.of(9007199254740993n))
    expect(() => tensorFromJson('x', 'INT64', [1], [JSON.parse('9007199254740993')])).toThrow(/beyond 2\^53/)
    expect(toJsonValues(BigInt64Array.of(9007199254740993n, 5n), 'INT64')).toEqual(['9007199254740993', 5])
  })

  it.each([
    ['a float for an integer', 'INT32', [1], [1.5], /1.5 does not fit the datatype INT32 at position 0/],
    ['an integer out of range', 'INT8', [2], [1, 128], /position 1/],
    ['a negative unsigned integer', 'UINT64', [1], [-1], /position 0/],
    ['text for a number', 'FP32', [1], ['1'], /does not fit/],
    ['a number for text', 'BYTES', [1], [1], /does not fit/],
    ['too few values', 'FP32', [3], [1, 2], /got 2, but shape/],
    ['too many values', 'FP32', [1], [1, 2], /got 2, but shape/],
    ['a negative dimension', 'FP32', [-1], [1], /0 or more/],
    ['a shape that overflows', 'FP32', [4_000_000_000, 4_000_000_000], [], /exceed maximum size/],
    ['no data', 'FP32', [1], undefined, /must be an array/],
  ] as const)('refuse %s', (_name, datatype, shape, values, message) => {
    expect(() => tensorFromJson('x', datatype, shape as unknown as number[], values)).toThrow(message)
  })

  it('take null as NaN in floating tensors', () => {
    expect(tensorFromJson('x', 'FP64', [1], [null]).data[0]).toBeNaN()
  })
})

describe('tensors from bytes', () => {
  it('may begin at any byte', () => {
    const bytes = Buffer.alloc(9)
    bytes.writeFloatLE(1.5, 1)
    bytes.writeFloatLE(-2, 5)
    const tensor = tensorFromBytes('x', 'FP32', [2], bytes.subarray(1))
    expect(tensor.data).toEqual(Float32Array.of(1.5, -2))
  })

  it('carry strings with their lengths', () => {
    const tensor = { name: 'x', datatype: 'BYTES', shape: [2], data: ['é', ''] } as const
    const bytes = tensorToBytes({ ...tensor, data: [...tensor.data] })
    expect([...bytes]).toEqual([2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0])
    expect(tensorFromBytes('x', 'BYTES', [2], bytes).data).toEqual(['é', ''])
    expect(() => tensorFromBytes('x', 'BYTES', [2], bytes.subarray(0, 5))).toThrow(/incomplete string/)
    expect(() => tensorFromBytes('x', 'BYTES', [1], Uint8Array.of(1, 0, 0, 0, 0xff))).toThrow(/element 0.*not UTF-8/)
  })

  it('must have the size their shape says', () => {
    expect(() => tensorFromBytes('x', 'FP32', [2], Buffer.alloc(7))).toThrow(/byte size 7.*expecting 8/)
    expect(() => tensorFromBytes('x', 'BOOL', [2], Uint8Array.of(1, 2))).toThrow(/other than 0 and 1/)
  })
})
