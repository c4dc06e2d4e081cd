import { type Datatype, type Tensor, toJsonValues } from './tensor.ts'

/**
 * The prediction log: append-only segment files `<worker>-<number>.log`, one JSON array a line, written before the answer
 * is sent, so what a client was told survives the death of worker and control plane. Keys are short because every
 * prediction pays for them; the reader gives them names.
 */

/** A tensor as logged: values are row-major; null when the tensor was too large to keep. */
export type LoggedTensor = readonly [
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  values: readonly (number | string | boolean | null)[] | null,
]

/** Tensors with more elements than this are recorded without their values: images and the like. */
export const loggedElements = 4096

export function logTensor({ name, datatype, shape, data }: Tensor): LoggedTensor {
  return [name, datatype, shape, data.length > loggedElements ? null : toJsonValues(data, datatype)]
}

export interface PredictionRecord {
  readonly kind: 'prediction'
  readonly id: string
  readonly deployment: string
  readonly variant: string
  readonly modelVersionId: string
  readonly requestId: string | null
  readonly at: number
  readonly eventAt: number | null
  readonly latencyUs: number
  readonly inputs: readonly LoggedTensor[]
  readonly outputs: readonly LoggedTensor[]
}

/** Requests that gave no prediction (`failed`: our fault, `rejected`: the request's), and predictions not recorded. */
export interface CountRecord {
  readonly kind: 'failed' | 'rejected' | 'dropped'
  readonly deployment: string
  readonly variant: string
  readonly at: number
  readonly count: number
}

export type LogRecord = PredictionRecord | CountRecord

const kinds = { p: 'prediction', f: 'failed', r: 'rejected', d: 'dropped' } as const

export function encodeRecord(record: LogRecord): string {
  if (record.kind !== 'prediction')
    return `${JSON.stringify([record.kind[0], record.deployment, record.variant, record.at, record.count])}\n`
  const { id, deployment, variant, modelVersionId, requestId, at, eventAt, latencyUs, inputs, outputs } = record
  return `${JSON.stringify(['p', id, deployment, variant, modelVersionId, requestId, at, eventAt, latencyUs, inputs, outputs])}\n`
}

/** Undefined for a line that is not a record: what a killed worker left half written was never acknowledged. */
export function decodeRecord(line: string): LogRecord | undefined {
  let fields: unknown
  try {
    fields = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!Array.isArray(fields)) return undefined
  const kind = kinds[fields[0] as keyof typeof kinds]
  if (kind === undefined) return undefined
  if (kind !== 'prediction') {
    const [, deployment, variant, at, count] = fields
    return { kind, deployment, variant, at, count }
  }
  const [, id, deployment, variant, modelVersionId, requestId, at, eventAt, latencyUs, inputs, outputs] = fields
  return { kind, id, deployment, variant, modelVersionId, requestId, at, eventAt, latencyUs, inputs, outputs }
}

/** Worker and number of a segment's file name. */
export function parseSegmentName(name: string): { worker: number; number: number } | undefined {
  const match = /^(\d+)-(\d+)\.log$/.exec(name)
  return match === null ? undefined : { worker: Number(match[1]), number: Number(match[2]) }
}

export function segmentName(worker: number, number: number): string {
  return `${worker}-${String(number).padStart(8, '0')}.log`
}
