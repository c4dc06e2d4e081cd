import { isDatatype, type TensorSpec } from '../../../platform/inference/index.ts'
import { wrongAnswer } from '../../../platform/runtimes/index.ts'
import { isRecord } from '../tabular.ts'

/** Name, type and shape of tensors as another server tells them. Throws `inference_remote_wrong`. */
export function readSpecs(host: string, given: unknown): TensorSpec[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given)) throw wrongAnswer(host, 'it does not list its tensors.')
  return given.map((tensor) => {
    const { name, datatype, shape } = isRecord(tensor) ? tensor : {}
    if (typeof name !== 'string' || !Array.isArray(shape)) throw wrongAnswer(host, 'a tensor has no name or no shape.')
    if (typeof datatype !== 'string' || !isDatatype(datatype))
      throw wrongAnswer(host, `"${name}" has the datatype ${JSON.stringify(datatype)}, which is not known here.`)
    const sizes = shape.map(Number)
    if (sizes.every(Number.isInteger)) return { name, datatype, shape: sizes }
    throw wrongAnswer(host, `"${name}" has the shape ${JSON.stringify(shape)}.`)
  })
}
