import type { WireReader, WireWriter } from '../../../platform/grpc/index.ts'

/** Parameters of requests and answers: map entries of a name and an InferParameter. */
export type ParameterValue = boolean | bigint | string | number

export function readParameter(entry: WireReader, into: Map<string, ParameterValue>): void {
  let name = ''
  let value: ParameterValue | undefined
  while (entry.next()) {
    if (entry.field === 1) name = entry.string()
    else if (entry.field === 2) value = readValue(entry.message())
    else entry.pass()
  }
  if (value !== undefined) into.set(name, value)
}

function readValue(reader: WireReader): ParameterValue | undefined {
  let value: ParameterValue | undefined
  while (reader.next()) {
    if (reader.field === 1) value = reader.bool()
    else if (reader.field === 2) value = reader.int64()
    else if (reader.field === 3) value = reader.string()
    else if (reader.field === 4) value = reader.double()
    else if (reader.field === 5) value = reader.uint64()
    else reader.pass()
  }
  return value
}

/** Text and truth values only: some clients of this service do not know the other kinds. */
export function writeParameter(
  writer: WireWriter,
  field: number,
  [name, value]: readonly [string, string | true],
): void {
  const entry = writer.begin(field)
  writer.string(1, name)
  const inner = writer.begin(2)
  if (value === true) writer.integer(1, 1)
  else writer.string(3, value)
  writer.end(inner)
  writer.end(entry)
}
