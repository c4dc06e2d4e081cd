import { type ProtoField, type ProtoFile, type ProtoMessage, scalars } from './proto-file.ts'
import { WireWriter } from './wire-writer.ts'

/** A file as google.protobuf.FileDescriptorProto, with the field numbers of google/protobuf/descriptor.proto. */
export function fileDescriptor(file: ProtoFile): Buffer {
  const writer = new WireWriter(4096)
  writer.string(1, file.name)
  writer.string(2, file.package)
  for (const name of file.imports ?? []) writer.string(3, name)
  for (const name of childrenOf(Object.keys(file.messages), ''))
    inside(writer, 4, () => writeMessage(writer, file, name))
  for (const name of childrenOf(Object.keys(file.enums ?? {}), ''))
    inside(writer, 5, () => writeEnum(writer, file, name))
  for (const name of Object.keys(file.services)) inside(writer, 6, () => writeService(writer, file, name))
  writer.string(12, 'proto3')
  return writer.finish()
}

/** Full names of everything a file declares: what a client may ask for. */
export function symbolsOf(file: ProtoFile): string[] {
  const services = Object.entries(file.services).flatMap(([name, methods]) => [
    name,
    ...Object.keys(methods).map((method) => `${name}.${method}`),
  ])
  return [...Object.keys(file.messages), ...Object.keys(file.enums ?? {}), ...services].map(
    (name) => `${file.package}.${name}`,
  )
}

function inside(writer: WireWriter, field: number, write: () => void): void {
  const mark = writer.begin(field)
  write()
  writer.end(mark)
}

/** Names directly inside `parent`; those of the file itself have no dot. */
function childrenOf(names: readonly string[], parent: string): string[] {
  const prefix = parent === '' ? '' : `${parent}.`
  return names.filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.') && name !== parent)
}

function writeMessage(writer: WireWriter, file: ProtoFile, name: string): void {
  const message = file.messages[name] ?? {}
  const choices = choicesOf(message)
  writer.string(1, lastOf(name))
  for (const [key, field] of Object.entries(message))
    inside(writer, 2, () => writeField(writer, file, { owner: name, key, field, choices }))
  for (const nested of childrenOf(Object.keys(file.messages), name))
    inside(writer, 3, () => writeMessage(writer, file, nested))
  for (const [key, [, type, rule]] of Object.entries(message))
    if (rule === 'map') inside(writer, 3, () => writeEntry(writer, file, { key, type }))
  for (const nested of childrenOf(Object.keys(file.enums ?? {}), name))
    inside(writer, 4, () => writeEnum(writer, file, nested))
  for (const choice of choices) inside(writer, 8, () => writer.string(1, choice))
}

interface FieldPlace {
  readonly owner: string
  readonly key: string
  readonly field: ProtoField
  readonly choices: readonly string[]
}

function writeField(writer: WireWriter, file: ProtoFile, { owner, key, field, choices }: FieldPlace): void {
  const [number, type, rule] = field
  const entry = rule === 'map' ? `.${file.package}.${owner}.${entryName(key)}` : undefined
  writer.string(1, key)
  writer.integer(3, number)
  writer.integer(4, rule === 'repeated' || rule === 'map' ? 3 : 1)
  writeType(writer, file, entry ?? type)
  if (typeof rule === 'object') writer.integer(9, choices.indexOf(rule.oneof))
}

/** The message that stands for one entry of a map. */
function writeEntry(writer: WireWriter, file: ProtoFile, map: { readonly key: string; readonly type: string }): void {
  const none = { owner: '', choices: [] }
  writer.string(1, entryName(map.key))
  inside(writer, 2, () => writeField(writer, file, { ...none, key: 'key', field: [1, 'string'] }))
  inside(writer, 2, () => writeField(writer, file, { ...none, key: 'value', field: [2, map.type] }))
  inside(writer, 7, () => writer.integer(7, 1))
}

function writeType(writer: WireWriter, file: ProtoFile, type: string): void {
  const scalar = scalars[type]
  if (scalar !== undefined) {
    writer.integer(5, scalar.type)
    return
  }
  const isEnum = file.enums !== undefined && Object.hasOwn(file.enums, type)
  writer.integer(5, isEnum ? 14 : 11)
  writer.string(6, fullName(file, type))
}

function writeEnum(writer: WireWriter, file: ProtoFile, name: string): void {
  writer.string(1, lastOf(name))
  for (const [key, number] of Object.entries(file.enums?.[name] ?? {}))
    inside(writer, 2, () => {
      writer.string(1, key)
      writer.integer(2, number)
    })
}

function writeService(writer: WireWriter, file: ProtoFile, name: string): void {
  writer.string(1, name)
  for (const [method, [input, output, streams]] of Object.entries(file.services[name] ?? {}))
    inside(writer, 2, () => {
      writer.string(1, method)
      writer.string(2, fullName(file, input))
      writer.string(3, fullName(file, output))
      if (streams === 'both') writer.integer(5, 1)
      if (streams !== undefined) writer.integer(6, 1)
    })
}

function choicesOf(message: ProtoMessage): string[] {
  return [...new Set(Object.values(message).flatMap(([, , rule]) => (typeof rule === 'object' ? [rule.oneof] : [])))]
}

function fullName(file: ProtoFile, type: string): string {
  return type.startsWith('.') ? type : `.${file.package}.${type}`
}

/** `shared_memory` -> `SharedMemoryEntry`, as the compiler of protocol buffers names it. */
function entryName(key: string): string {
  const words = key.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Entry`
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
