/**
 * A .proto file as data: the codec reads it to translate messages, reflection to describe them. Names of types are those
 * of the file; a dot nests one message in another (`ModelInferRequest.InferInputTensor`); a leading dot names a type of
 * another file in full.
 */
export interface ProtoFile {
  readonly name: string
  readonly package: string
  readonly imports?: readonly string[]
  readonly messages: Readonly<Record<string, ProtoMessage>>
  readonly enums?: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly services: Readonly<Record<string, Readonly<Record<string, ProtoMethod>>>>
}

export type ProtoMessage = Readonly<Record<string, ProtoField>>

/** Type is a scalar or the name of a message or enum; `map` has string keys. Fields of one `oneof` exclude each other. */
export type ProtoField = readonly [number: number, type: string, rule?: 'repeated' | 'map' | { readonly oneof: string }]

export type ProtoMethod = readonly [input: string, output: string, streams?: 'both' | 'server']

/** A message as a plain object: 64-bit integers are numbers on writing and bigint on reading, absent is the default. */
export type ProtoValue = { readonly [field: string]: unknown }

/** Scalars with their number in FieldDescriptorProto.Type and their wire type. */
export const scalars: Readonly<Record<string, { readonly type: number; readonly wire: number }>> = {
  double: { type: 1, wire: 1 },
  float: { type: 2, wire: 5 },
  int64: { type: 3, wire: 0 },
  uint64: { type: 4, wire: 0 },
  int32: { type: 5, wire: 0 },
  bool: { type: 8, wire: 0 },
  string: { type: 9, wire: 2 },
  bytes: { type: 12, wire: 2 },
  uint32: { type: 13, wire: 0 },
}
