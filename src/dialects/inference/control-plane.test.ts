import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { plannedCore } from '../../platform/data-plane/index.ts'
import type { PlanVariant } from '../../platform/inference/index.ts'
import { controlRoutes } from './control-plane.ts'
import { inferenceProtocols } from './protocols/index.ts'

const variant: PlanVariant = {
  name: 'v1',
  modelVersionId: 'mdv_1',
  version: '1',
  weight: 100,
  digest: 'd'.repeat(64),
  path: '/nowhere/model.onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
}
const core = plannedCore({
  version: 1,
  deployments: [
    { name: 'demo', salt: '', variants: [variant] },
    { name: 'empty', salt: '', variants: [] },
  ],
})

/** Asks the control plane while no worker runs. */
async function ask(method: string, path: string) {
  const protocol = inferenceProtocols.find((each) => each.claims(method, path))
  const route = protocol && controlRoutes(protocol, { inference: async () => ({ core }) })[0]
  if (route?.body !== 'stream') throw new Error(`nobody claims ${method} ${path}`)
  const headers = { 'content-type': 'application/json' }
  const stream = Readable.from([Buffer.from('{"instances": [[1, 2]]}')])
  const answer = await route.run({ method, url: path, headers, params: {}, query: {}, stream } as never)
  return { status: answer.status, text: String(answer.body) }
}

describe('the control plane, while workers are being started', () => {
  it.each([
    '/v2/models/demo/infer',
    '/v1/models/demo:predict',
    '/inference/demo/invocations',
    '/seldon/any/demo/api/v1.0/predictions',
  ])('answers POST %s with what may be tried again, and never blames the body that it has not read', async (path) => {
    expect(await ask('POST', path)).toMatchObject({ status: 503, text: expect.stringContaining('being started') })
  })

  it('tells what is deployed, and that it is not ready', async () => {
    expect(JSON.parse((await ask('GET', '/v2/models/demo')).text)).toMatchObject({
      versions: ['1'],
      inputs: [{ name: 'x' }],
    })
    expect(await ask('GET', '/v2/models/demo/ready')).toMatchObject({ status: 503 })
    expect(await ask('GET', '/v2/health/ready')).toMatchObject({ status: 503 })
    const empty = await ask('GET', '/v2/models/empty/ready')
    expect(empty).toMatchObject({ status: 503, text: expect.stringContaining('no version is deployed') })
  })
})
