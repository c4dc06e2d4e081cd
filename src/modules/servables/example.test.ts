import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logisticModel } from '../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'

/** Probabilities of a logistic regression of [1, -1] for the row [2, 1], by the formula. */
const probability = 1 / (1 + Math.exp(-1))
const inputs = [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [2, 1] }]
const outputs = [
  { name: 'label', datatype: 'INT64', shape: [1], data: [1] },
  { name: 'probabilities', datatype: 'FP32', shape: [1, 2], data: [1 - probability, probability] },
]

describe('a version with a recorded example', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await deploy([1, -1], { inputs, outputs })
  })
  afterAll(() => app.dispose())

  /** Registers a model with the file `slipway-example.json` and deploys it. */
  async function deploy(weights: readonly [number, number], example: object | string) {
    const text = typeof example === 'string' ? example : JSON.stringify(example)
    const write = async (path: string, bytes: Uint8Array | string) => ({
      path,
      ...(await app.platform.blobs.write(bytes)),
    })
    const files = [await write('model.onnx', logisticModel(weights, 0)), await write('slipway-example.json', text)]
    const { version } = await app.registry.createVersion({ model: 'demo', files, format: 'onnx' })
    const { status, body } = await app.request('PUT', '/v1/deployments/demo', { model: `demo/${version}` })
    return { version: String(version), status, body }
  }
  const live = async () => (await app.predict('demo', [2, 1])).version

  it('is deployed when it answers as recorded', async () => {
    const { version, body } = await deploy([1, -1], { inputs, outputs: outputs.slice(0, 1) })
    expect(body.state).toBe('ready')
    expect(await live()).toBe(version)
  })

  it.each<[string, readonly [number, number], object | string, string]>([
    ['answers otherwise', [1.01, -1], { inputs, outputs }, 'output "probabilities" is 0.26'],
    ['has no such output', [1, -1], { inputs, outputs: [{ ...outputs[0], name: 'class' }] }, '"class" is missing'],
    ['has another type', [1, -1], { inputs, outputs: [{ ...outputs[0], datatype: 'INT32' }] }, 'is INT64, not INT32'],
    ['takes something else', [1, -1], { inputs: [{ ...inputs[0], shape: [2, 1] }], outputs }, 'unexpected shape'],
    ['has an example that cannot be read', [1, -1], '{"inputs": []}', 'it cannot be read'],
  ])('is refused when it %s, and the old one goes on', async (_what, weights, example, words) => {
    const before = await live()
    const refused = await deploy(weights, example)
    expect(refused).toMatchObject({ status: 400, body: { code: 'model_not_servable' } })
    expect(refused.body.detail).toContain(words)
    expect(await live()).toBe(before)
  })

  it('may say how much numbers may differ', async () => {
    const { version } = await deploy([1.01, -1], { inputs, outputs, tolerance: 0.02 })
    expect(await live()).toBe(version)
  })
})
