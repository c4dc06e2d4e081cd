import type { Json } from '../../kernel/json.ts'

type Row = Readonly<Record<string, Json>>

/** Rows that were logged with a model, as MLflow writes them in `serving_input_example.json`: a frame, or a tensor. */
export const exampleFile = 'serving_input_example.json'

/** Empty when the text holds none that fit the inputs: an example is a courtesy, not a promise. */
export function readExample(text: string, inputs: readonly { readonly name: string }[]): Row[] {
  // Python writes a missing number as a bare word.
  const json = text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b/g, (found) => (found === 'NaN' ? 'null' : found))
  const { dataframe_split: split, inputs: given } = parse(json)
  if (isObject(split)) {
    const columns = listOf(split.columns).map(String)
    return listOf(split.data).map((row) => toRow(columns, listOf(row)))
  }
  const [input] = inputs
  if (Array.isArray(given) && input !== undefined)
    return given.map((row) =>
      Array.isArray(row) ? toRow(indexed(input.name, row.length), row) : { [input.name]: row },
    )
  return []
}

function toRow(columns: readonly string[], values: readonly Json[]): Row {
  return Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]))
}

/** How a recorded row names the columns of a matrix. */
function indexed(name: string, width: number): string[] {
  return Array.from({ length: width }, (_, column) => `${name}.${column}`)
}

function parse(text: string): Readonly<Record<string, Json>> {
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
