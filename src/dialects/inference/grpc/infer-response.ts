import { WireWriter } from '../../../platform/grpc/index.ts'
import { type InferenceAnswer, tensorToBytes } from '../../../platform/inference/index.ts'
import { writeParameter } from './parameters.ts'

/** ModelInferResponse, written by hand. Values are always raw: it is the one form that every client reads. */
export function writeInferResponse(writer: WireWriter, answer: InferenceAnswer, more: ResponseExtras = {}): void {
  writer.string(1, answer.model)
  writer.string(2, answer.version)
  if (more.requestId !== undefined) writer.string(3, more.requestId)
  writeParameter(writer, 4, ['prediction_id', answer.predictionId])
  writeParameter(writer, 4, ['variant', answer.variant])
  if (more.isFinal === true) writeParameter(writer, 4, ['triton_final_response', true])
  for (const { name, datatype, shape } of answer.outputs) {
    const mark = writer.begin(5)
    writer.string(1, name)
    writer.string(2, datatype)
    writer.integers(3, shape)
    writer.end(mark)
  }
  for (const tensor of answer.outputs) writer.bytes(6, tensorToBytes(tensor))
}

export interface ResponseExtras {
  readonly requestId?: string | undefined
  /** Says that no more follows for this request, to clients that asked to be told. */
  readonly isFinal?: boolean
}

export function inferResponse(answer: InferenceAnswer, more: ResponseExtras = {}): Buffer {
  const writer = new WireWriter(256)
  writeInferResponse(writer, answer, more)
  return writer.frame()
}
