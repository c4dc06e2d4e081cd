import { rowCount, showShape, type Tensor, type TensorSpec } from '../../inference/index.ts'

/**
 * What a remote model gave, in the order of the signature. Throws a plain Error that says what is wrong: a missing
 * output, another type or shape, or results that are not one for each row and would reach the wrong request.
 */
export function checkAnswer(
  specs: readonly TensorSpec[],
  { inputs, outputs }: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] },
): Tensor[] {
  const rows = rowCount(inputs)
  return specs.map((spec) => {
    const found = outputs.find(({ name }) => name === spec.name)
    if (found === undefined)
      throw new Error(
        `the output "${spec.name}" is missing; it has ${outputs.map(({ name }) => `"${name}"`).join(', ')}`,
      )
    if (found.datatype !== spec.datatype)
      throw new Error(`the output "${spec.name}" is ${found.datatype}, not ${spec.datatype}`)
    const fits =
      found.shape.length === spec.shape.length &&
      spec.shape.every((size, index) => size === -1 || size === found.shape[index])
    if (!fits)
      throw new Error(`the output "${spec.name}" has the shape ${showShape(found.shape)}, not ${showShape(spec.shape)}`)
    if (spec.shape[0] === -1 && rows !== undefined && found.shape[0] !== rows)
      throw new Error(`the output "${spec.name}" has ${found.shape[0]} rows for ${rows}`)
    return found
  })
}
