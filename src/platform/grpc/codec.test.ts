import { describe, expect, it } from 'vitest'
import { protoCodec } from './codec.ts'
import type { ProtoFile } from './proto-file.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

const file: ProtoFile = {
  name: 'test.proto',
  package: 'test',
  messages: {
    Test1: { a: [1, 'int32'] },
    Test2: { b: [2, 'string'] },
    Test4: { d: [4, 'string'], e: [5, 'int32', 'repeated'] },
    All: {
      flag: [1, 'bool'],
      big: [2, 'int64'],
      wide: [3, 'uint64'],
      ratio: [4, 'double'],
      small: [5, 'float'],
      inner: [6, 'Test2', 'repeated'],
      byName: [7, 'Test1', 'map'],
      one: [8, 'string', { oneof: 'choice' }],
      raw: [9, 'bytes'],
      kind: [10, 'Kind'],
      ratios: [11, 'double', 'repeated'],
    },
  },
  enums: { Kind: { NONE: 0, SOME: 7 } },
  services: {},
}
const codec = protoCodec(file)
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('protocol buffers', () => {
  // The examples of the encoding guide of protocol buffers.
  it.each([
    ['Test1', { a: 150 }, '08 96 01'],
    ['Test2', { b: 'testing' }, '12 07 74 65 73 74 69 6e 67'],
    ['Test4', { d: 'hello', e: [1, 2, 3] }, '22 05 68 65 6c 6c 6f 2a 03 01 02 03'],
  ] as const)('writes and reads %s as the format says', (message, value, hex) => {
    expect(codec.encode(message, value).finish()).toEqual(bytesOf(hex))
    expect(codec.decode(message, bytesOf(hex))).toEqual(value)
  })

  it('reads repeated numbers that are not packed, and passes over fields it does not know', () => {
    expect(codec.decode('Test4', bytesOf('28 01 28 02 f8 01 05 22 01 78'))).toEqual({ d: 'x', e: [1, 2] })
  })

  it('keeps every digit of 64 bits, negative numbers, and messages longer than 127 bytes', () => {
    const value = {
      flag: true,
      big: -(2n ** 63n),
      wide: 2n ** 64n - 1n,
      ratio: -0.1,
      small: 0.5,
      inner: [{ b: 'é'.repeat(100) }, { b: '' }],
      byName: { first: { a: -1 }, second: { a: 0 } },
      one: '',
      raw: Buffer.from([0, 255]),
      kind: 7,
      ratios: [0.1, -2],
    }
    expect(codec.decode('All', codec.encode('All', value).finish())).toEqual(value)
  })

  it('leaves defaults out, but not the choice of a oneof', () => {
    expect(codec.encode('All', { flag: false, big: 0, one: '' }).finish()).toEqual(bytesOf('42 00'))
  })

  it.each([
    ['a length beyond the end', '12 7f 61'],
    ['a number that never ends', `08 ${'ff '.repeat(11)}`],
    ['a number that is cut off', '08 ff'],
    ['a field of number 0', '00 01'],
    ['a group', '0b'],
    ['text where the wire has a number', '10 01'],
  ])('refuses %s', (_what, hex) => {
    expect(() => codec.decode('Test2', bytesOf(hex))).toThrow(/not valid protocol buffers/)
  })

  it('frames a message without copying it', () => {
    const writer = new WireWriter(4)
    writer.string(1, 'grown beyond the room it began with')
    const frame = writer.frame()
    expect([frame[0], frame.readUInt32BE(1)]).toEqual([0, frame.byteLength - 5])
    const reader = new WireReader(frame, 5)
    expect([reader.next(), reader.field, reader.string()]).toEqual([true, 1, 'grown beyond the room it began with'])
  })
})
