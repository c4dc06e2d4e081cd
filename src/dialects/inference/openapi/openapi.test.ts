import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { onnxModel } from '../../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

let app: ServingApp
beforeAll(async () => {
  app = await servingApp()
  await app.register([6, -6])
  const several = onnxModel({
    inputs: [
      { name: 'count', type: 'int64', shape: ['N', 2] },
      { name: 'word', type: 'string', shape: ['N', 1] },
      { name: 'is_new', type: 'bool', shape: ['N', 3] },
    ],
    outputs: [
      { name: 'count_out', type: 'int64', shape: ['N', 2] },
      { name: 'word_out', type: 'string', shape: ['N', 1] },
      { name: 'is_new_out', type: 'bool', shape: ['N', 3] },
    ],
    nodes: ['count', 'word', 'is_new'].map((name) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
  })
  await app.registerBytes(several, 'several inputs')
  await app.serving.applyDeployment({ name: 'demo', model: 'demo/1' })
  await app.serving.applyDeployment({ name: 'several', model: 'several inputs/1' })
})
afterAll(() => app.dispose())

interface Document {
  readonly paths: Record<string, { post: { requestBody: { content: { 'application/json': { example: unknown } } } } }>
}

it.each(['demo', 'several'])('describes %s, and every request it shows is answered', async (name) => {
  const { body } = await app.request('GET', `/inference/${name}/openapi.json`)
  expect(await new Validator().validate(structuredClone(body))).toMatchObject({ valid: true })
  const { paths } = body as Document
  expect(Object.keys(paths)).toHaveLength(3)
  for (const [path, { post }] of Object.entries(paths)) {
    const { example } = post.requestBody.content['application/json']
    const answer = await app.request('POST', path, example)
    expect([path, answer.status, answer.body.error ?? answer.body.message]).toEqual([path, 200, undefined])
  }
})

it('knows no deployment that is not there', async () => {
  expect((await app.request('GET', '/inference/nobody/openapi.json')).status).toBe(404)
})
