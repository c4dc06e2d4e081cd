import {
  type Datatype,
  datatypes,
  type InferenceAnswer,
  invalidInput,
  type ServedModel,
  type Tensor,
  type TensorSpec,
  tensorFromJson,
  toJsonValues,
} from '../../platform/inference/index.ts'

/**
 * Rows and columns as JSON, the way every protocol but the Open Inference Protocol writes them, to tensors and back. The
 * model's own signature decides types and shapes; clients of these protocols do not send them.
 */

/** What of a model says how rows become its tensors. */
export type RowModel = Pick<ServedModel, 'name' | 'inputs' | 'featureNames'>

/** Rows: values of a model with one input, or objects by input name, or by feature name for a matrix input. */
export function tensorsFromRows(model: RowModel, rows: unknown): Tensor[] {
  if (!Array.isArray(rows) || rows.length === 0) throw invalidInput('the request needs a list of at least one row')
  const [first] = rows
  if (isRecord(first)) return tensorsFromRecords(model, rows)
  if (isFrame(model)) return tensorsFromPositions(model, rows)
  return [stack(singleInput(model), rows)]
}

/** Columns: `{ input: values of all rows }`, or the values alone for a model with one input. A list of objects is rows. */
export function tensorsFromColumns(model: RowModel, columns: unknown): Tensor[] {
  if (!isRecord(columns)) {
    if (!Array.isArray(columns)) throw invalidInput('the inputs must be a list, or lists by name')
    if (areRecords(model, columns[0])) return tensorsFromRecords(model, columns)
    return [stack(singleInput(model), columns)]
  }
  const present = model.inputs.filter((spec) => !spec.isOptional || spec.name in columns)
  if (present.length > 0 && present.every((spec) => spec.name in columns))
    return present.map((spec) => stack(spec, listOf(spec.name, columns[spec.name])))
  const names = Object.keys(columns)
  const lists = names.map((name) => listOf(name, columns[name]))
  const rows = (lists[0] ?? []).map((_, row) => Object.fromEntries(names.map((name, at) => [name, lists[at]?.[row]])))
  return tensorsFromRecords(model, rows)
}

function tensorsFromRecords(model: RowModel, rows: readonly unknown[]): Tensor[] {
  const records = rows.map((row, index) => {
    if (!isRecord(row)) throw invalidInput(`row ${index} is not an object, but row 0 is`)
    return row
  })
  const present = model.inputs.filter((spec) => !spec.isOptional || records.some((record) => spec.name in record))
  if (present.length > 0 && present.every((spec) => spec.name in (records[0] ?? {})))
    return present.map((spec) => stack(spec, pluckColumn(records, spec)))
  const names = model.featureNames
  const spec = model.inputs.length === 1 ? model.inputs[0] : undefined
  if (spec === undefined || names === undefined) throw invalidInput(needed(model, records[0] ?? {}))
  const columns = names.map((name) => pluck(records, name))
  return [
    stack(
      spec,
      records.map((_, row) => columns.map((column) => column[row])),
    ),
  ]
}

/** Objects are rows, but in the only column of a model they may be its values. */
function areRecords({ inputs, featureNames }: RowModel, first: unknown): boolean {
  return isRecord(first) && (inputs.length > 1 || featureNames !== undefined || (inputs[0]?.name ?? '') in first)
}

/** Datatype of a column by its name: an input's own, or that of the matrix it is a feature of. */
export function columnType({ inputs, featureNames }: RowModel, name: string): Datatype | undefined {
  const spec = inputs.find((input) => input.name === name)
  return (spec ?? (featureNames?.includes(name) ? inputs[0] : undefined))?.datatype
}

/** A data frame of several columns. */
function isFrame({ inputs }: RowModel): boolean {
  return inputs.length > 1 && inputs.every((spec) => spec.isColumn)
}

/** Rows without names: their values are the columns, in the order of the model. */
function tensorsFromPositions(model: RowModel, rows: readonly unknown[]): Tensor[] {
  const { inputs } = model
  const wrong = rows.findIndex((row) => !Array.isArray(row) || row.length !== inputs.length)
  if (wrong !== -1)
    throw invalidInput(
      `row ${wrong} must have ${inputs.length} values, one per column (${inputs.map(({ name }) => name).join(', ')})`,
    )
  return inputs.map((spec, at) =>
    stack(
      spec,
      (rows as unknown[][]).map((row) => row[at]),
    ),
  )
}

function needed({ inputs }: RowModel, record: Record<string, unknown>): string {
  const fields = inputs.filter((spec) => !spec.isOptional).map(({ name }) => name)
  const missing = fields.filter((name) => !(name in record))
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
  return `rows need the fields ${quoted(fields)}; missing: ${quoted(missing)}`
}

/** An optional column may be missing in a row. */
function pluckColumn(records: readonly Record<string, unknown>[], { name, isOptional }: TensorSpec): unknown[] {
  return isOptional ? records.map((record) => record[name] ?? null) : pluck(records, name)
}

function pluck(records: readonly Record<string, unknown>[], name: string): unknown[] {
  return records.map((record, index) => {
    if (!(name in record)) throw invalidInput(`row ${index} has no "${name}"; it has ${Object.keys(record).join(', ')}`)
    return record[name]
  })
}

/** One value per row as a tensor of the input's own type; a bare number fits a column of width one. */
function stack(spec: TensorSpec, values: readonly unknown[]): Tensor {
  if (spec.isColumn) return column(spec, values)
  const inner = spec.shape.slice(1)
  const isScalar = !Array.isArray(values[0])
  const shape = isScalar && inner.length === 1 && Math.abs(inner[0] ?? 0) === 1 ? [values.length, 1] : shapeOf(values)
  return tensorFromJson(
    spec.name,
    spec.datatype,
    shape,
    values.map((value) => adapt(value, spec.datatype)),
  )
}

/** One value a row. What is no plain value goes as JSON into a column of texts. */
function column({ name, datatype }: TensorSpec, values: readonly unknown[]): Tensor {
  const cells = values.map((value) => {
    if (datatype === 'BYTES' && typeof value === 'object' && value !== null) return JSON.stringify(value)
    // A column of width one, as matrices are written.
    return adapt(Array.isArray(value) && value.length === 1 ? value[0] : value, datatype)
  })
  return tensorFromJson(name, datatype, [values.length], cells)
}

/** Booleans go into number columns as 0 and 1, whole floats into integer columns, as data frames do. */
function adapt(value: unknown, datatype: Datatype): unknown {
  if (Array.isArray(value)) return value.map((item) => adapt(item, datatype))
  if (typeof value === 'boolean' && datatype !== 'BOOL' && datatypes[datatype].bytes > 0) return value ? 1 : 0
  return value
}

function shapeOf(values: unknown): number[] {
  return Array.isArray(values) ? [values.length, ...(values.length === 0 ? [] : shapeOf(values[0]))] : []
}

function singleInput(model: RowModel): TensorSpec {
  const [spec, second] = model.inputs
  if (spec === undefined || second !== undefined)
    throw invalidInput(
      `model "${model.name}" has ${model.inputs.length} inputs: name them (${model.inputs.map(({ name }) => name).join(', ')})`,
    )
  return spec
}

/** A plain value is the only row. */
function listOf(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (!isRecord(value)) return [value]
  throw invalidInput(`"${name}" must be a list with one value per row`)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** One entry per row: the value when the model has one output, else values by output name. */
export function answerRows({ outputs }: Pick<InferenceAnswer, 'outputs'>): unknown[] {
  const columns = outputs.map((tensor) => nested(tensor))
  const rows = columns[0]?.length ?? 0
  return Array.from({ length: rows }, (_, row) =>
    outputs.length === 1
      ? columns[0]?.[row]
      : Object.fromEntries(outputs.map(({ name }, index) => [name, columns[index]?.[row]])),
  )
}

/** The values when the model has one output, else values by output name. */
export function answerColumns({ outputs }: InferenceAnswer): unknown {
  const [only, second] = outputs
  if (only !== undefined && second === undefined) return nested(only)
  return Object.fromEntries(outputs.map((tensor) => [tensor.name, nested(tensor)]))
}

function nested({ data, datatype, shape }: Tensor): unknown[] {
  return nest(toJsonValues(data, datatype), shape)
}

function nest(values: readonly unknown[], shape: readonly number[]): unknown[] {
  if (shape.length <= 1) return [...values]
  const [rows = 0, ...inner] = shape
  const size = rows === 0 ? 0 : values.length / rows
  return Array.from({ length: rows }, (_, row) => nest(values.slice(row * size, (row + 1) * size), inner))
}
