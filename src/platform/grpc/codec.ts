import { malformed } from './errors.ts'
import { type ProtoField, type ProtoFile, type ProtoMessage, type ProtoValue, scalars } from './proto-file.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** Translates the messages of a file; for those whose speed matters there is code by hand. */
export interface ProtoCodec {
  /** Every field is there: absent ones have their default, 64-bit integers are bigint, maps are objects. */
  decode(message: string, bytes: Buffer): ProtoValue
  /** Fields that are absent or have the default of their type are left out, as proto3 does. */
  encode(message: string, value: ProtoValue): WireWriter
}

type Fields = ReadonlyMap<number, readonly [key: string, field: ProtoField]>

const maxDepth = 64

export function protoCodec(file: ProtoFile): ProtoCodec {
  const fieldsOf = new Map<string, Fields>()
  for (const [name, message] of Object.entries(file.messages))
    fieldsOf.set(name, new Map(Object.entries(message).map(([key, field]) => [field[0], [key, field]])))
  return {
    decode: (name, bytes) => new Decoding(file, fieldsOf).message(name, new WireReader(bytes)),
    encode: (name, value) => {
      const writer = new WireWriter()
      writeMessage(file, writer, [name, value])
      return writer
    },
  }
}

class Decoding {
  readonly #file: ProtoFile
  readonly #fieldsOf: ReadonlyMap<string, Fields>
  #depth = 0

  constructor(file: ProtoFile, fieldsOf: ReadonlyMap<string, Fields>) {
    this.#file = file
    this.#fieldsOf = fieldsOf
  }

  message(name: string, reader: WireReader): ProtoValue {
    this.#depth += 1
    if (this.#depth > maxDepth) throw malformed(`messages are nested deeper than ${maxDepth}`)
    const value = defaults(this.#file.messages[name] ?? {})
    const fields = this.#fieldsOf.get(name)
    while (reader.next()) {
      const [key, field] = fields?.get(reader.field) ?? []
      if (key === undefined || field === undefined) reader.pass()
      else this.#field(value, [key, field], reader)
    }
    this.#depth -= 1
    return value
  }

  #field(into: Record<string, unknown>, [key, field]: readonly [string, ProtoField], reader: WireReader): void {
    const [, type, rule] = field
    if (rule === 'map') this.#entry(into[key] as Record<string, unknown>, type, reader.message())
    else if (rule !== 'repeated') into[key] = this.#one(type, reader)
    else if (isNumeric(this.#file, type)) reader.each((from) => (into[key] as unknown[]).push(this.#one(type, from)))
    else (into[key] as unknown[]).push(this.#one(type, reader))
  }

  #entry(into: Record<string, unknown>, type: string, entry: WireReader): void {
    let key = ''
    let value: unknown
    while (entry.next()) {
      if (entry.field === 1) key = entry.string()
      else if (entry.field === 2) value = this.#one(type, entry)
      else entry.pass()
    }
    into[key] = value ?? defaultOf(type) ?? defaults(this.#file.messages[type] ?? {})
  }

  #one(type: string, reader: WireReader): unknown {
    const read = readers[type]
    if (read !== undefined) return read(reader)
    return isEnum(this.#file, type) ? reader.int32() : this.message(type, reader.message())
  }
}

function writeMessage(file: ProtoFile, writer: WireWriter, [name, value]: readonly [string, ProtoValue]): void {
  for (const [key, field] of Object.entries(file.messages[name] ?? {})) {
    const given = value[key]
    const [number, type, rule] = field
    if (given === undefined) continue
    if (rule === 'map') {
      for (const entry of Object.entries(given as ProtoValue)) {
        const mark = writer.begin(number)
        writer.string(1, entry[0])
        writeOne(file, writer, [2, type, entry[1]])
        writer.end(mark)
      }
    } else if (rule === 'repeated') {
      if (isVarint(file, type)) writer.integers(number, given as readonly number[])
      else for (const each of given as readonly unknown[]) writeOne(file, writer, [number, type, each])
    } else if (typeof rule === 'object' || !isDefault(given)) writeOne(file, writer, [number, type, given])
  }
}

function writeOne(
  file: ProtoFile,
  writer: WireWriter,
  [number, type, value]: readonly [number, string, unknown],
): void {
  if (type === 'string') writer.string(number, value as string)
  else if (type === 'bytes') writer.bytes(number, value as Uint8Array)
  else if (type === 'double') writer.double(number, value as number)
  else if (type === 'float') writer.float(number, value as number)
  else if (isVarint(file, type)) writer.integer(number, BigInt(value as number | boolean))
  else {
    const mark = writer.begin(number)
    writeMessage(file, writer, [type, value as ProtoValue])
    writer.end(mark)
  }
}

const readers: Readonly<Record<string, (reader: WireReader) => unknown>> = {
  double: (reader) => reader.double(),
  float: (reader) => reader.float(),
  int64: (reader) => reader.int64(),
  uint64: (reader) => reader.uint64(),
  int32: (reader) => reader.int32(),
  uint32: (reader) => reader.uint32(),
  bool: (reader) => reader.bool(),
  string: (reader) => reader.string(),
  bytes: (reader) => reader.bytes(),
}

function isEnum(file: ProtoFile, type: string): boolean {
  return file.enums !== undefined && Object.hasOwn(file.enums, type)
}

/** Numbers on the wire are varints or of a fixed width, and packed when repeated. */
function isNumeric(file: ProtoFile, type: string): boolean {
  const wire = scalars[type]?.wire
  return wire === undefined ? isEnum(file, type) : wire !== 2
}

function isVarint(file: ProtoFile, type: string): boolean {
  return scalars[type]?.wire === 0 || isEnum(file, type)
}

function defaults(message: ProtoMessage): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [key, [, type, rule]] of Object.entries(message)) {
    if (rule === 'repeated') value[key] = []
    else if (rule === 'map') value[key] = {}
    else if (rule === undefined) value[key] = defaultOf(type)
  }
  return value
}

/** Undefined for messages and enums. */
function defaultOf(type: string): unknown {
  if (type === 'string') return ''
  if (type === 'bool') return false
  if (type === 'bytes') return Buffer.alloc(0)
  if (type === 'int64' || type === 'uint64') return 0n
  return scalars[type] === undefined ? undefined : 0
}

function isDefault(value: unknown): boolean {
  return value === '' || value === 0 || value === 0n || value === false
}
