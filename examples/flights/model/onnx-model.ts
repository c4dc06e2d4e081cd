/** Asking an ONNX file for probabilities, as the deployment will. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { featureNames } from './feature-table.ts'

export async function predictOnnx(model: string | Uint8Array, columns: readonly Float32Array[]): Promise<Float32Array> {
  const session =
    typeof model === 'string' ? await InferenceSession.create(model) : await InferenceSession.create(model)
  const feeds = featureNames.map((name, i) => {
    const values = columns[i] ?? new Float32Array()
    return [name, new Tensor('float32', values, [values.length, 1])] as const
  })
  const { probability } = await session.run(Object.fromEntries(feeds))
  await session.release()
  if (!(probability?.data instanceof Float32Array)) throw new Error('The model has no float32 output "probability".')
  return probability.data
}
