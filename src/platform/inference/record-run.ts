import {
  type LoggedTensor,
  type LogRecord,
  loggedElements,
  type PredictionRecord,
  packTensor,
  unpackTensor,
} from './record.ts'
import { joinRows } from './rows.ts'
import type { Tensor } from './tensor.ts'

/** A line is read at once: beyond so many input elements another begins. */
const runElements = 65_536

/** The longest stretch of predictions from one variant whose tensors can be laid row by row. */
export function runFrom(records: readonly LogRecord<Tensor>[], from: number): PredictionRecord<Tensor>[] {
  const run: PredictionRecord<Tensor>[] = []
  let elements = 0
  for (let i = from; i < records.length && elements < runElements; i++) {
    const record = records[i]
    if (record?.kind !== 'prediction' || !isStackable(record)) break
    const [first] = run
    if (first !== undefined && !isAlike(first, record)) break
    run.push(record)
    for (const { data } of record.inputs) elements += data.length
  }
  return run
}

function isStackable({ inputs, outputs }: PredictionRecord<Tensor>): boolean {
  const rows = inputs[0]?.shape[0]
  if (rows === undefined || rows === 0) return false
  const fits = ({ shape, data }: Tensor) => shape[0] === rows && data.length <= loggedElements
  return inputs.every(fits) && outputs.every(fits)
}

function isAlike(first: PredictionRecord<Tensor>, other: PredictionRecord<Tensor>): boolean {
  return (
    first.variant === other.variant &&
    first.modelVersionId === other.modelVersionId &&
    first.deployment === other.deployment &&
    haveSameRows(first.inputs, other.inputs) &&
    haveSameRows(first.outputs, other.outputs)
  )
}

/** The same tensors in all but the number of rows. */
function haveSameRows(left: readonly Tensor[], right: readonly Tensor[]): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) {
    const [a, b] = [left[i]?.shape ?? [], right[i]?.shape ?? []]
    if (left[i]?.name !== right[i]?.name || a.length !== b.length) return false
    for (let k = 1; k < a.length; k++) if (a[k] !== b[k]) return false
  }
  return true
}

/** `["b", deployment, variant, model version, at, [[id, request id, event, latency, rows, unit]…], inputs, outputs]` */
export function encodeRun(first: PredictionRecord<Tensor>, run: readonly PredictionRecord<Tensor>[]): string {
  let heads = ''
  for (const { id, requestId, eventAt, latencyUs, inputs, unit } of run) {
    const request = requestId === null ? 'null' : JSON.stringify(requestId)
    heads += `${heads === '' ? '' : ','}["${id}",${request},${eventAt},${latencyUs},${inputs[0]?.shape[0]},${unit}]`
  }
  const inputs = joinRows(run.map((record) => record.inputs)).map((tensor) => packTensor(tensor, Infinity))
  const outputs = joinRows(run.map((record) => record.outputs)).map((tensor) => packTensor(tensor, Infinity))
  const { deployment, variant, modelVersionId, at } = first
  return `["b","${deployment}","${variant}","${modelVersionId}",${at},[${heads}],[${inputs}],[${outputs}]]\n`
}

type RunHead = readonly [
  id: string,
  requestId: string | null,
  eventAt: number | null,
  latencyUs: number,
  rows: number,
  unit: number | null,
]

/** The predictions of a line that holds a run. */
// biome-ignore lint/suspicious/noExplicitAny: fields of our own line format, by position
export function toRun(fields: readonly any[]): PredictionRecord[] {
  const [, deployment, variant, modelVersionId, at, heads, packedInputs, packedOutputs] = fields
  const allInputs: LoggedTensor[] = packedInputs.map(unpackTensor)
  const allOutputs: LoggedTensor[] = packedOutputs.map(unpackTensor)
  let row = 0
  return (heads as readonly RunHead[]).map(([id, requestId, eventAt, latencyUs, rows, unit]) => {
    const inputs = allInputs.map((tensor) => cut(tensor, row, row + rows))
    const outputs = allOutputs.map((tensor) => cut(tensor, row, row + rows))
    row += rows
    const shared = { kind: 'prediction', deployment, variant, modelVersionId, at } as const
    return { ...shared, id, requestId, eventAt, latencyUs, inputs, outputs, unit }
  })
}

function cut([name, datatype, shape, values]: LoggedTensor, from: number, to: number): LoggedTensor {
  const stride = (values?.length ?? 0) / (shape[0] ?? 1)
  return [name, datatype, [to - from, ...shape.slice(1)], values?.slice(from * stride, to * stride) ?? null]
}
