import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../modules/datasets/index.ts'
import { tracking } from '../../modules/tracking/index.ts'
import { freePort } from '../../testing/free-port.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { otlp } from './index.ts'

/** One server predicts and sends its traces, another takes them in, as any collector would. */
describe('traces of predictions', () => {
  let collector: TestApp
  let app: ServingApp
  beforeAll(async () => {
    collector = await testApp({ modules: [datasets, tracking], dialects: [otlp] })
    app = await servingApp({ settings: { 'serving.traceUrl': `${collector.url}/v1/traces`, 'serving.traceSample': 0 } })
    await app.register([1, -1])
    await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
  })
  afterAll(async () => {
    await Promise.all([app?.dispose(), collector?.dispose()])
  })

  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const parentId = 'b7ad6b7169203331'
  const traceparent = `00-${traceId}-${parentId}-01`
  const read = async (id: string) => (await collector.request('GET', `/v1/traces/tr-${id}`)).body
  const metrics = async (): Promise<string> => (await (await fetch(`${app.url}/metrics`)).text()) ?? ''

  it('go on with that of the caller, and name the prediction and what answered it', async () => {
    const answered = await app.predict('demo', [1, 0], { traceparent, 'slipway-prediction-id': 'traced-one' })
    expect(answered.status).toBe(200)
    await expect.poll(async () => (await read(traceId)).spanCount).toBe(3)
    const { spans } = await read(traceId)
    const byName = new Map<string, Record<string, unknown>>(spans.map((span: { name: string }) => [span.name, span]))
    const root = byName.get('predict demo')
    const { body: prediction } = await app.request('GET', '/v1/predictions/traced-one')
    expect(root).toMatchObject({
      parentId,
      kind: 'server',
      attributes: {
        'slipway.prediction_id': 'traced-one',
        'slipway.deployment': 'demo',
        'slipway.variant': 'v1',
        'slipway.version': '1',
        'slipway.model_version_id': prediction.modelVersionId,
        'slipway.rows': 1,
      },
    })
    for (const name of ['queue', 'run'])
      expect(byName.get(name)).toMatchObject({ parentId: root?.id, kind: 'internal' })
    const times = (span: Record<string, unknown> | undefined) => [BigInt(`${span?.startNs}`), BigInt(`${span?.endNs}`)]
    const [[from = 0n, to = 0n], [begun = 0n, ended = 0n]] = [times(root), times(byName.get('run'))]
    expect(from <= begun && begun <= ended && ended <= to).toBe(true)
    expect(Math.abs(Number(from / 1_000_000n) - prediction.at)).toBeLessThan(5000)
    const found = await collector.request('POST', '/v1/traces/search', {
      filter: "spanAttributes.`slipway.prediction_id` = 'traced-one'",
    })
    expect(found.body.items).toMatchObject([{ id: `tr-${traceId}` }])
  })

  it('tell a refusal, and leave out whom nobody asked to trace', async () => {
    const other = 'a'.repeat(32)
    const wrong = await app.predict('demo', [1, 2, 3], { traceparent: `00-${other}-${parentId}-01` })
    expect(wrong.status).toBe(400)
    await app.predict('demo', [1, 0])
    await app.predict('demo', [1, 0], { traceparent: `00-${'b'.repeat(32)}-${parentId}-00` })
    await expect.poll(async () => (await read(other)).spans?.length).toBe(1)
    expect((await read(other)).spans).toMatchObject([{ name: 'predict demo', status: 'ERROR' }])
    const all = await collector.request('POST', '/v1/traces/search', {})
    expect(all.body.items.map(({ id }: { id: string }) => id).sort()).toEqual([`tr-${traceId}`, `tr-${other}`])
    await expect.poll(metrics).toContain('slipway_trace_spans_total{outcome="sent"} 4')
    expect(await metrics()).toContain('slipway_trace_spans_total{outcome="dropped"} 0')
  })
})

describe('a collector that is not there', () => {
  it('slows no prediction down; what it did not take is counted', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/traces`
    const app = await servingApp({ settings: { 'serving.traceUrl': url, 'serving.traceSample': 100 } })
    try {
      await app.register([1, -1])
      await app.request('PUT', '/v1/deployments/demo', { model: 'demo/1' })
      // More than may wait, so that the newest are dropped at once.
      const ask = () => app.predict('demo', [1, 0])
      for (let turn = 0; turn < 23; turn++) {
        const answers = await Promise.all(Array.from({ length: 100 }, ask))
        expect(answers.every(({ status }) => status === 200)).toBe(true)
      }
      const dropped = async () => {
        const text = await (await fetch(`${app.url}/metrics`)).text()
        return Number(/slipway_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(text)?.[1])
      }
      await expect.poll(dropped).toBeGreaterThan(64 * 3)
    } finally {
      await app.dispose()
    }
  })
})
