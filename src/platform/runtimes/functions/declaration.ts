import { datatypes, isDatatype, type TensorSpec } from '../../inference/index.ts'

/** What a function's file says of itself, as it travels from the process that loaded it. */
export interface FunctionSpecs {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Whether rows of several requests may be given to it at once. */
  readonly batch: boolean
}

/** What loading a function's file told. */
export type LoadedFile = FunctionSpecs | { readonly problems: readonly string[] }

const example = "{ age: { datatype: 'FP64', shape: [-1] } }"
const maxDimensions = 16

/** Reads the exports `inputs`, `outputs`, `batch` and `default` of a function's file; all that is wrong with them. */
export function readDeclaration(exported: Readonly<Record<string, unknown>>): LoadedFile {
  const problems: string[] = []
  if (typeof exported.default !== 'function')
    problems.push('exports no function as default; write export default (inputs, ctx) => ({ … })')
  const inputs = readSpecs('inputs', exported.inputs, problems)
  const outputs = readSpecs('outputs', exported.outputs, problems)
  if (exported.batch !== undefined && typeof exported.batch !== 'boolean')
    problems.push(`export const batch must be true or false, not ${shown(exported.batch)}`)
  if (problems.length > 0) return { problems }
  const hasRows = [...inputs, ...outputs].every(({ shape }) => shape[0] === -1)
  return { inputs, outputs, batch: exported.batch !== false && hasRows }
}

function readSpecs(name: 'inputs' | 'outputs', value: unknown, problems: string[]): TensorSpec[] {
  if (!isRecord(value) || Object.keys(value).length === 0) {
    problems.push(`does not declare its ${name}; write export const ${name} = ${example}`)
    return []
  }
  return Object.entries(value).flatMap(([key, spec]) => {
    const { datatype, shape } = isRecord(spec) ? spec : {}
    const at = `${name}.${key}`
    if (typeof datatype !== 'string' || !isDatatype(datatype)) {
      problems.push(`${at}.datatype is ${shown(datatype)}, not one of ${Object.keys(datatypes).join(', ')}`)
      return []
    }
    if (!isShape(shape)) {
      problems.push(`${at}.shape is ${shown(shape)}, not a list of sizes in which -1 is free, such as [-1, 4]`)
      return []
    }
    const isColumn = name === 'inputs' && shape.length === 1 && shape[0] === -1
    return [{ name: key, datatype, shape: [...shape], ...(isColumn ? { isColumn } : {}) }]
  })
}

function isShape(value: unknown): value is number[] {
  const isSize = (size: unknown) => typeof size === 'number' && Number.isInteger(size) && size >= -1
  return Array.isArray(value) && value.length <= maxDimensions && value.every(isSize)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80)
}
