import type { Json } from '../../kernel/json.ts'
import type { LoggedTensor, PredictionRecord } from '../../platform/inference/index.ts'

/** One row of a request, by feature name. */
export interface RecordedRow {
  readonly id: string
  readonly inputs: Record<string, Json>
  readonly outputs: Record<string, Json>
}

/** Columns of a matrix input beyond this stay one array: an image is not a thousand features. */
const maxSpread = 1000

/**
 * Cuts a recorded request into rows. A matrix input becomes one value per column, named by the model's own feature names
 * when they fit, else `<input>.<column>`; outputs keep their names. Requests without a common first dimension stay whole.
 */
export function toRows(record: PredictionRecord, featureNames: readonly string[] | undefined): RecordedRow[] {
  const tensors = [...record.inputs, ...record.outputs]
  const count = record.inputs[0]?.[2][0] ?? 1
  const isBatch = count > 0 && tensors.every(([, , shape]) => shape[0] === count)
  if (!isBatch) return [{ id: record.id, inputs: wholeTensors(record.inputs), outputs: wholeTensors(record.outputs) }]
  return Array.from({ length: count }, (_, row) => ({
    id: count === 1 ? record.id : `${record.id}.${row}`,
    inputs: inputRow(record.inputs, row, featureNames),
    outputs: Object.fromEntries(record.outputs.map((tensor) => [tensor[0], cell(tensor, row)])),
  }))
}

function inputRow(
  tensors: readonly LoggedTensor[],
  row: number,
  featureNames: readonly string[] | undefined,
): Record<string, Json> {
  const values: Record<string, Json> = {}
  for (const tensor of tensors) {
    const value = cell(tensor, row)
    if (!Array.isArray(value) || value.length > maxSpread) values[tensor[0]] = value
    else {
      const names = tensors.length === 1 && featureNames?.length === value.length ? featureNames : undefined
      for (let column = 0; column < value.length; column++)
        values[names?.[column] ?? `${tensor[0]}.${column}`] = value[column] as Json
    }
  }
  return values
}

/** A row's value: a scalar when the tensor has one element per row, else the flat elements; null when not recorded. */
function cell([, datatype, shape, values]: LoggedTensor, row: number): Json {
  if (values === null) return null
  const size = values.length / (shape[0] ?? 1)
  const own = values
    .slice(row * size, (row + 1) * size)
    .map((value) => (datatype === 'FP32' ? shortFloat(value) : value))
  return shape.length <= 1 || (shape.length === 2 && size === 1) ? (own[0] ?? null) : own
}

function wholeTensors(tensors: readonly LoggedTensor[]): Record<string, Json> {
  return Object.fromEntries(tensors.map(([name, , shape, values]) => [name, { shape, values }]))
}

/** The shortest decimal that is the same float32: 0.1 instead of 0.10000000149011612. */
export function shortFloat(value: number | string | boolean | null): number | string | boolean | null {
  if (typeof value !== 'number' || Number.isInteger(value)) return value
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}
