import { invalidInput } from '../errors.ts'
import { showShape, type Tensor, type TensorSpec } from '../tensor.ts'

/** The request's tensors in the model's order; names, types and shapes must be the model's own. */
export function checkInputs(model: string, specs: readonly TensorSpec[], given: readonly Tensor[]): Tensor[] {
  if (given.length !== specs.length)
    throw invalidInput(
      `expected ${specs.length} inputs but got ${given.length} inputs for model "${model}"; it takes ${names(specs)}`,
    )
  return specs.map((spec, index) => {
    const inPlace = given[index]
    const tensor = inPlace?.name === spec.name ? inPlace : given.find((candidate) => candidate.name === spec.name)
    if (tensor === undefined)
      throw invalidInput(`input "${spec.name}" of model "${model}" is missing; got ${names(given)}`)
    if (tensor.datatype !== spec.datatype)
      throw invalidInput(
        `inference input "${spec.name}" data-type is "${tensor.datatype}", but model "${model}" expects "${spec.datatype}"`,
      )
    if (!fits(tensor.shape, spec.shape))
      throw invalidInput(
        `unexpected shape for input "${spec.name}" for model "${model}". Expected ${showShape(spec.shape)}, got ${showShape(tensor.shape)}`,
      )
    return tensor
  })
}

function fits(shape: readonly number[], wanted: readonly number[]): boolean {
  if (shape.length !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== -1 && wanted[i] !== shape[i]) return false
  return true
}

/** Refuses names of outputs the model does not have, before it runs. */
export function checkWanted(model: string, specs: readonly TensorSpec[], wanted: readonly string[] = []): void {
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
