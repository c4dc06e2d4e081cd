import { invalidInput } from './errors.ts'
import { datatypes, showShape, type Tensor, type TensorSpec } from './tensor.ts'

/** The request's tensors in the model's order; names, types and shapes must be the model's own. */
export function checkInputs(model: string, specs: readonly TensorSpec[], given: readonly Tensor[]): Tensor[] {
  const mayMiss = specs.some((spec) => spec.isOptional)
  if (given.length > specs.length || (given.length < specs.length && !mayMiss))
    throw invalidInput(
      `expected ${specs.length} inputs but got ${given.length} inputs for model "${model}"; ${differing(specs, given)}`,
    )
  const checked = specs.map((spec, index) => {
    const inPlace = given[index]
    const tensor = inPlace?.name === spec.name ? inPlace : given.find((candidate) => candidate.name === spec.name)
    if (tensor !== undefined) return checkInput(model, spec, tensor)
    if (spec.isOptional) return missingColumn(spec, given[0]?.shape[0] ?? 0)
    throw invalidInput(`input "${spec.name}" of model "${model}" is missing; got ${names(given)}`)
  })
  if (mayMiss && given.some(({ name }) => !specs.some((spec) => spec.name === name)))
    throw invalidInput(`unexpected inputs for model "${model}"; ${differing(specs, given)}`)
  checkColumns(model, specs, checked)
  return checked
}

/** The columns of one data frame have one length. */
function checkColumns(model: string, specs: readonly TensorSpec[], tensors: readonly Tensor[]): void {
  const rows = tensors.find((_, index) => specs[index]?.isColumn)?.shape[0]
  const other = tensors.find(({ shape }, index) => specs[index]?.isColumn && shape[0] !== rows)
  if (other === undefined) return
  const lengths = tensors.map(({ name, shape }) => `"${name}" has ${shape[0]}`).join(', ')
  throw invalidInput(`the columns of model "${model}" must have one value per row each: ${lengths}`)
}

function checkInput(model: string, spec: TensorSpec, tensor: Tensor): Tensor {
  if (tensor.datatype !== spec.datatype)
    throw invalidInput(
      `inference input "${spec.name}" data-type is "${tensor.datatype}", but model "${model}" expects "${spec.datatype}"`,
    )
  if (!spec.isColumn && Array.isArray(tensor.data)) refuseMissing(spec.name, tensor.data)
  if (fits(tensor.shape, spec.shape)) return tensor
  // Clients write a column as [rows] or as [rows, 1].
  if (spec.isColumn && tensor.shape.length === 2 && tensor.shape[1] === 1)
    return { ...tensor, shape: tensor.shape.slice(0, 1) }
  throw invalidInput(
    `unexpected shape for input "${spec.name}" for model "${model}". Expected ${showShape(spec.shape)}, got ${showShape(tensor.shape)}`,
  )
}

function refuseMissing(name: string, texts: readonly (string | null)[]): void {
  const at = texts.indexOf(null)
  if (at !== -1)
    throw invalidInput(`the value null does not fit the datatype BYTES at position ${at} of input "${name}"`)
}

/** A column that was left out is missing in every row. */
function missingColumn({ name, datatype }: TensorSpec, rows: number): Tensor {
  const data = datatypes[datatype].make(rows)
  if (Array.isArray(data)) data.fill(null)
  else (data as Float64Array).fill(Number.NaN)
  return { name, datatype, shape: [rows], data }
}

function differing(specs: readonly TensorSpec[], given: readonly Tensor[]): string {
  const missing = specs.filter((spec) => !spec.isOptional && !given.some(({ name }) => name === spec.name))
  const unknown = given.filter(({ name }) => !specs.some((spec) => spec.name === name))
  const parts = [`it takes ${names(specs)}`]
  if (specs.length > 1 && missing.length > 0) parts.push(`missing: ${names(missing)}`)
  if (specs.length > 1 && unknown.length > 0) parts.push(`unknown: ${names(unknown)}`)
  return parts.join('; ')
}

function fits(shape: readonly number[], wanted: readonly number[]): boolean {
  if (shape.length !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== -1 && wanted[i] !== shape[i]) return false
  return true
}

/** Refuses names of outputs the model does not have, before it runs; when its outputs are not known, nothing is. */
export function checkWanted(model: string, specs: readonly TensorSpec[], wanted: readonly string[] = []): void {
  if (specs.length === 0) return
  for (const name of wanted) {
    if (!specs.some((spec) => spec.name === name))
      throw invalidInput(`unexpected inference output "${name}" for model "${model}"; it has ${names(specs)}`)
  }
}

/** The outputs asked for, in that order; all when none was named. */
export function pickOutputs(outputs: readonly Tensor[], wanted: readonly string[] = []): readonly Tensor[] {
  if (wanted.length === 0) return outputs
  return wanted.flatMap((name) => outputs.find((candidate) => candidate.name === name) ?? [])
}

function names(tensors: readonly { readonly name: string }[]): string {
  return tensors.map((tensor) => `"${tensor.name}"`).join(', ')
}
