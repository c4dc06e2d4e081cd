/** What the hparams plugin keeps in the metadata of its tags. Field numbers: tensorboard/plugins/hparams. */
import { WireReader } from '../../../platform/grpc/index.ts'

export interface Session {
  readonly params: Readonly<Record<string, string>>
  readonly end?: 'FINISHED' | 'FAILED'
}

/** Undefined when the content is about something else than a session. */
export function readSession(content: Buffer): Session | undefined {
  const reader = new WireReader(content)
  while (reader.next()) {
    if (reader.field === 3) return { params: readStart(reader.message()) }
    if (reader.field === 4) return readEnd(reader.message())
    reader.pass()
  }
  return undefined
}

function readStart(reader: WireReader): Record<string, string> {
  const params: Record<string, string> = {}
  while (reader.next()) {
    if (reader.field !== 1) reader.pass()
    else {
      const entry = reader.message()
      let key = ''
      let value = ''
      while (entry.next()) {
        if (entry.field === 1) key = entry.string()
        else if (entry.field === 2) value = readAny(entry.message())
        else entry.pass()
      }
      params[key] = value
    }
  }
  return params
}

/** google.protobuf.Value, of which parameters are the flat kinds. */
function readAny(reader: WireReader): string {
  let value = ''
  while (reader.next()) {
    if (reader.field === 2) value = String(reader.double())
    else if (reader.field === 3) value = reader.string()
    else if (reader.field === 4) value = String(reader.bool())
    else reader.pass()
  }
  return value
}

function readEnd(reader: WireReader): Session {
  let status = 0
  while (reader.next()) {
    if (reader.field === 1) status = reader.int32()
    else reader.pass()
  }
  return { params: {}, ...(status === 1 ? { end: 'FINISHED' } : status === 2 ? { end: 'FAILED' } : {}) }
}
