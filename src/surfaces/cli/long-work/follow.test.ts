import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorKinds } from '../../../kernel/errors.ts'
import { commandLine } from '../../../testing/command-line.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

let app: ServingApp
beforeAll(async () => {
  app = await servingApp()
  await app.register([4, -4])
  await app.register([-4, 4])
  await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  const data = Array.from({ length: 80 }, (_, index) => Math.sin(index + 1))
  const inputs = [{ name: 'features', datatype: 'FP32', shape: [40, 2], data }]
  const { body } = await app.request('POST', '/v2/models/demo/infer', { inputs })
  const id = body.parameters.prediction_id
  const labels = body.outputs[0].data.map((label: number, row: number) => ({ predictionId: `${id}.${row}`, label }))
  await app.request('POST', '/v1/labels', { labels })
  await app.request('POST', '/v1/datasets', { name: 'rows' })
  const file = { path: 'rows.jsonl', ...(await app.request('PUT', '/v1/blobs', '{"a":1,"b":0}\n{"a":0,"b":1}\n')).body }
  await app.request('POST', '/v1/datasets/rows/versions', { files: [file] })
})
afterAll(() => app.dispose())

/** `onNote` is told of what an interactive terminal is shown on the way. */
function slipway(words: readonly string[], onNote?: () => void, signal = new AbortController().signal) {
  return commandLine(app.url)(words, { isInteractive: onNote !== undefined, onNote, signal })
}

describe('slipway deployments replay', () => {
  it('waits with progress, and ends with what was found', async () => {
    const { code, out, notes } = await slipway(['deployments', 'replay', 'demo', '2', '--since', '1h'], () => {})
    expect(code).toBe(0)
    expect(out).toMatch(
      /^replay of version 2 on demo: 0\.0% of 40 answers agree; accuracy 0\.0000 where 1\.0000 was served, on 40 labels\nslipway replays get rpl_\w+\n$/,
    )
    expect(notes).toContain('of 40 rows')
  })

  it('does not wait when told to, and can be left while the server goes on', async () => {
    const detached = await slipway(['deployments', 'replay', 'demo', '2', '--detach', '--json'])
    expect(JSON.parse(detached.out)).toMatchObject({ state: 'running', rowCount: 40 })
    const leaving = new AbortController()
    const left = await slipway(['deployments', 'replay', 'demo', '1'], () => leaving.abort(), leaving.signal)
    expect(left.code).not.toBe(0)
    expect(left.notes).toContain('Not waited for any longer; the server goes on. slipway replays get rpl_')
    const { items } = (await app.request('GET', '/v1/replays?limit=1')).body
    await expect.poll(async () => (await app.request('GET', `/v1/replays/${items[0].id}`)).body.state).toBe('finished')
  })

  it('ends with the code of what the server refuses', async () => {
    const unknown = await slipway(['deployments', 'replay', 'nobody', '2'])
    expect(unknown.code).toBe(errorKinds.not_found.exit)
  })
})

describe('slipway batches start', () => {
  it('waits for the rows, and names the version that they became', async () => {
    const { code, out } = await slipway(['batches', 'start', 'demo/1', 'rows@1', 'answers'])
    expect(code).toBe(0)
    expect(out).toMatch(/^batch of demo\/1 into answers: 2 rows, dsv_\w+\nslipway batches get \w+\n$/)
  })
})
