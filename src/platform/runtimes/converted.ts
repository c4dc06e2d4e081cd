import { invalidInput, type ModelSource, type OnnxRuntime, type Tensor } from '../inference/index.ts'
import { openOnnxSession } from './onnx.ts'
import type { ModelSession } from './session.ts'

/** An ONNX file, as itself or as the form of a Python model. */
export async function openConverted(source: ModelSource, { converted }: OnnxRuntime): Promise<ModelSession> {
  const session = await openOnnxSession(source.path)
  return converted === undefined ? session : asConverted(session, source, converted)
}

/**
 * A Python model's ONNX form, with the signature of the model: columns as data frames have them. What the ONNX form would
 * answer and the model would not, or otherwise, is refused: a missing text, and a missing number where it was found so.
 */
function asConverted(
  session: ModelSession,
  { inputs, outputs }: ModelSource,
  { finite }: NonNullable<OnnxRuntime['converted']>,
): ModelSession {
  return {
    ...session,
    inputs,
    outputs: outputs.length === 0 ? session.outputs : outputs,
    run: (tensors) => {
      for (const tensor of tensors) {
        if (Array.isArray(tensor.data)) refuseMissingTexts(tensor)
        else refuseMissingNumbers(tensor, finite[tensor.name])
      }
      return session.run(tensors)
    },
  }
}

function refuseMissingTexts({ name, data }: Tensor): void {
  const at = (data as readonly (string | null)[]).indexOf(null)
  if (at !== -1)
    throw invalidInput(`row ${at} has no value for "${name}": served from ONNX, the model takes no missing text`)
}

function refuseMissingNumbers({ name, data, shape }: Tensor, columns: readonly number[] | undefined): void {
  if (columns === undefined) return
  const width = shape[1] ?? 1
  for (const column of columns)
    for (let at = column; at < data.length; at += width)
      if (!Number.isFinite(data[at]))
        throw invalidInput(
          `row ${Math.floor(at / width)} has no value for "${name}": the model takes no missing number there`,
        )
}
