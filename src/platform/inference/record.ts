import type { Buckets } from './latency-buckets.ts'
import { type Datatype, datatypes, type NumericData, type Tensor, type TensorData, toJsonValues } from './tensor.ts'

/**
 * The prediction log: append-only segment files `<worker>-<number>.log`, one JSON array a line, written before the answer
 * is sent, so what a client was told survives the death of worker and control plane. Every prediction pays for it:
 * numbers travel as base64 of their bytes, which halved the cost of writing them as decimals, and predictions of one run
 * of a model share a line (record-run.ts).
 */

/** A tensor as read back: values are row-major; null when the tensor was too large to keep. */
export type LoggedTensor = readonly [
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  values: readonly (number | string | boolean | null)[] | null,
]

/** Tensors with more elements than this, per row of a batch, are recorded without their values: images and the like. */
export const loggedElements = 4096

/** A line is read at once: the values of a batch with more elements than this are left out. */
const batchElements = 262_144

/** Written with tensors, read back as values. */
export interface PredictionRecord<T = LoggedTensor> {
  readonly kind: 'prediction'
  readonly id: string
  readonly deployment: string
  readonly variant: string
  readonly modelVersionId: string
  readonly requestId: string | null
  readonly at: number
  readonly eventAt: number | null
  readonly latencyUs: number
  readonly inputs: readonly T[]
  readonly outputs: readonly T[]
  /** Where the request's key fell in the split; null when chance did not choose the variant. */
  readonly unit: number | null
}

/** Requests that gave no prediction (`failed`: our fault, `rejected`: the request's), and predictions not recorded. */
export interface CountRecord {
  readonly kind: 'failed' | 'rejected' | 'dropped'
  readonly deployment: string
  readonly variant: string
  readonly at: number
  readonly count: number
}

/** Predictions that were answered and, as the deployment wants, not recorded: their traffic alone. */
export interface ServedRecord {
  readonly kind: 'served'
  readonly deployment: string
  readonly variant: string
  readonly at: number
  readonly count: number
  readonly rowCount: number
  readonly latencySumUs: number
  readonly buckets: Buckets
}

export type LogRecord<T = LoggedTensor> = PredictionRecord<T> | CountRecord | ServedRecord

const kinds = { p: 'prediction', f: 'failed', r: 'rejected', d: 'dropped', s: 'served' } as const

/** JSON by hand: what is known to need no escaping (our own ids, checked names, numbers) is not looked at again. */
export function encodeRecord(record: LogRecord<Tensor>): string {
  if (record.kind === 'served') return encodeServed(record)
  if (record.kind !== 'prediction')
    return `["${record.kind[0]}","${record.deployment}","${record.variant}",${record.at},${record.count}]\n`
  const { id, deployment, variant, modelVersionId, at, eventAt, latencyUs } = record
  const requestId = record.requestId === null ? 'null' : JSON.stringify(record.requestId)
  const most = mostElements(record)
  return `["p","${id}","${deployment}","${variant}","${modelVersionId}",${requestId},${at},${eventAt},${latencyUs},${packAll(record.inputs, most)},${packAll(record.outputs, most)},${record.unit}]\n`
}

/** How large a tensor of a request may be to be recorded with its values. */
function mostElements({ inputs, outputs }: PredictionRecord<Tensor>): number {
  const rows = inputs[0]?.shape[0] ?? 1
  let elements = 0
  for (const tensors of [inputs, outputs])
    for (const { shape, data } of tensors) {
      if (shape[0] !== rows) return loggedElements
      elements += data.length
    }
  return elements > batchElements ? loggedElements : Math.max(1, rows) * loggedElements
}

function encodeServed({ deployment, variant, at, count, rowCount, latencySumUs, buckets }: ServedRecord): string {
  return `${JSON.stringify(['s', deployment, variant, at, count, rowCount, latencySumUs, buckets])}\n`
}

/** A record of its own line; undefined for fields of no kind that is known. */
// biome-ignore lint/suspicious/noExplicitAny: fields of our own line format, by position
export function toRecord(fields: readonly any[]): LogRecord | undefined {
  const kind = kinds[fields[0] as keyof typeof kinds]
  if (kind === undefined) return undefined
  if (kind === 'served') {
    const [, deployment, variant, at, count, rowCount, latencySumUs, buckets] = fields
    return { kind, deployment, variant, at, count, rowCount, latencySumUs, buckets }
  }
  if (kind !== 'prediction') {
    const [, deployment, variant, at, count] = fields
    return { kind, deployment, variant, at, count }
  }
  const [, id, deployment, variant, modelVersionId, requestId, at, eventAt, latencyUs, inputs, outputs, unit] = fields
  return {
    kind,
    id,
    deployment,
    variant,
    modelVersionId,
    requestId,
    at,
    eventAt,
    latencyUs,
    inputs: inputs.map(unpackTensor),
    outputs: outputs.map(unpackTensor),
    // Absent in what an older worker wrote.
    unit: unit ?? null,
  }
}

export type PackedTensor = readonly [string, Datatype, readonly number[], string | readonly string[] | null]

function packAll(tensors: readonly Tensor[], most: number): string {
  let text = '['
  for (let i = 0; i < tensors.length; i++) {
    if (i > 0) text += ','
    text += packTensor(tensors[i] as Tensor, most)
  }
  return `${text}]`
}

/** Without its values when there are more than `most`. */
export function packTensor({ name, datatype, shape, data }: Tensor, most = loggedElements): string {
  const packed = data.length > most ? 'null' : packData(data)
  return `[${quoted(name)},"${datatype}",[${shape.join(',')}],${packed}]`
}

function packData(data: TensorData): string {
  if (Array.isArray(data)) return JSON.stringify(data)
  return `"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`
}

/** Names of tensors are the models' own: few, and the same in every request. */
const quotedNames = new Map<string, string>()

function quoted(name: string): string {
  let text = quotedNames.get(name)
  if (text === undefined) {
    text = JSON.stringify(name)
    quotedNames.set(name, text)
  }
  return text
}

/** Values as they are read back. */
export function unpackTensor([name, datatype, shape, packed]: PackedTensor): LoggedTensor {
  if (typeof packed !== 'string') return [name, datatype, shape, packed]
  const bytes = Buffer.from(packed, 'base64')
  if (datatype === 'FP16') return [name, datatype, shape, halves(bytes)]
  const data = datatypes[datatype].make(bytes.byteLength / datatypes[datatype].bytes) as NumericData
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes)
  return [name, datatype, shape, toJsonValues(data, datatype)]
}

function halves(bytes: Uint8Array): number[] {
  return Array.from(new Float16Array(Uint8Array.from(bytes).buffer))
}

/** Worker and number of a segment's file name. */
export function parseSegmentName(name: string): { worker: number; number: number } | undefined {
  const match = /^(\d+)-(\d+)\.log$/.exec(name)
  return match === null ? undefined : { worker: Number(match[1]), number: Number(match[2]) }
}

export function segmentName(worker: number, number: number): string {
  return `${worker}-${String(number).padStart(8, '0')}.log`
}
