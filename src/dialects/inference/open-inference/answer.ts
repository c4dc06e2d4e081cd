import {
  type HttpAnswer,
  type InferenceAnswer,
  predictionIdHeader,
  tensorToBytes,
  toJsonValues,
} from '../../../platform/inference/index.ts'
import { jsonLengthHeader } from './request.ts'

/** An answer of the Open Inference Protocol; outputs wanted as binary follow the JSON, in order. */
export function toHttpAnswer(
  answer: InferenceAnswer,
  requestId: string | undefined,
  wantsBinary: (output: string) => boolean,
): HttpAnswer {
  const chunks: Uint8Array[] = []
  const outputs = answer.outputs.map((tensor) => {
    const { name, datatype, shape, data } = tensor
    // FP16 has no JSON form: it travels as bytes whatever was asked for.
    if (!wantsBinary(name) && datatype !== 'FP16') return { name, datatype, shape, data: toJsonValues(data, datatype) }
    const bytes = tensorToBytes(tensor)
    chunks.push(bytes)
    return { name, datatype, shape, parameters: { binary_data_size: bytes.byteLength } }
  })
  const json = JSON.stringify({
    model_name: answer.model,
    model_version: answer.version,
    id: requestId,
    parameters: { prediction_id: answer.predictionId, variant: answer.variant },
    outputs,
  })
  const headers = { [predictionIdHeader]: answer.predictionId }
  if (chunks.length === 0)
    return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body: json }
  const head = Buffer.from(json)
  return {
    status: 200,
    headers: {
      ...headers,
      'Content-Type': 'application/octet-stream',
      [jsonLengthHeader]: String(head.byteLength),
    },
    body: Buffer.concat([head, ...chunks]),
  }
}
