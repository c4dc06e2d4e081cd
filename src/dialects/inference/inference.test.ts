import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'

/** Class 1 wins when a > b. */
const rows = [
  [0.9, 0.1],
  [0.2, 0.7],
]
const classes = [1, 0]
const predicted = (answer: { label: number }[]) => answer.map(({ label }) => label)

describe('inference protocols', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await app.register([6, -6])
    expect((await app.request('GET', '/ping')).status).toBe(404)
    expect((await app.request('POST', '/v1/models/demo:predict', { instances: rows })).status).toBe(404)
    await app.serving.applyDeployment({ name: 'demo', model: 'demo/1' })
  })
  afterAll(() => app.dispose())

  describe('open inference', () => {
    const infer = (body: unknown, headers = {}) => app.request('POST', '/v2/models/demo/infer', body, headers)
    const tensor = { name: 'features', datatype: 'FP32', shape: [2, 2], data: rows }

    it('describes server and model', async () => {
      expect((await app.request('GET', '/v2')).body).toMatchObject({ name: 'slipway', extensions: expect.any(Array) })
      expect((await app.request('GET', '/v2/models/demo')).body).toMatchObject({ name: 'demo', versions: ['1'] })
      expect((await app.request('GET', '/v2/models/demo/versions/1/ready')).body).toEqual({ name: 'demo', ready: true })
      expect((await app.request('GET', '/v2/models/demo/versions/7')).status).toBe(404)
    })

    it('tells configuration and repository as Triton does', async () => {
      const { body } = await app.request('GET', '/v2/models/demo/config')
      expect(body).toMatchObject({
        max_batch_size: 0,
        input: [{ name: 'features', data_type: 'TYPE_FP32', dims: [-1, 2] }],
      })
      const index = await app.request('POST', '/v2/repository/index', {})
      expect(index.body).toEqual([{ name: 'demo', version: '1', state: 'READY', reason: '' }])
    })

    it('echoes the id and gives only the outputs asked for', async () => {
      const { body } = await infer({ id: 'mine', inputs: [tensor], outputs: [{ name: 'label' }] })
      expect(body).toMatchObject({ id: 'mine', model_name: 'demo', outputs: [{ name: 'label', data: classes }] })
      expect(body.outputs).toHaveLength(1)
    })

    it('takes and gives tensors as bytes behind the JSON', async () => {
      const data = Buffer.from(Float32Array.from(rows.flat()).buffer)
      const head = Buffer.from(
        JSON.stringify({
          inputs: [
            { name: 'features', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: data.length } },
          ],
          parameters: { binary_data_output: true },
        }),
      )
      const response = await fetch(`${app.url}/v2/models/demo/infer`, {
        method: 'POST',
        headers: { 'Inference-Header-Content-Length': String(head.length) },
        body: Buffer.concat([head, data]),
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      const length = Number(response.headers.get('inference-header-content-length'))
      const { outputs } = JSON.parse(bytes.toString('utf8', 0, length))
      expect(outputs[0].parameters.binary_data_size).toBe(16)
      expect([bytes.readBigInt64LE(length), bytes.readBigInt64LE(length + 8)]).toEqual([1n, 0n])
    })

    it.each([
      ['no JSON', '{"inputs":', 400, /failed to parse/],
      ['no inputs', {}, 400, /needs "inputs"/],
      ['an unknown input', { inputs: [{ ...tensor, name: 'x' }] }, 400, /"features".*missing/],
      ['a wrong type', { inputs: [{ ...tensor, datatype: 'FP64' }] }, 400, /data-type is "FP64".*expects "FP32"/],
      ['a wrong shape', { inputs: [{ ...tensor, shape: [4, 1] }] }, 400, /Expected \[-1, 2\], got \[4, 1\]/],
      [
        'an unknown output',
        { inputs: [tensor], outputs: [{ name: 'nope' }] },
        400,
        /unexpected inference output "nope"/,
      ],
      [
        'bytes that are not there',
        { inputs: [{ ...tensor, parameters: { binary_data_size: 16 } }] },
        400,
        /0 bytes are left/,
      ],
      ['a wrong time', { parameters: { event_time: 'soon' }, inputs: [tensor] }, 400, /event_time/],
    ] as const)('refuses %s in its own form', async (_name, body, status, message) => {
      const answer = await infer(body)
      expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(message)])
    })

    it('records the time at which it happened in the world', async () => {
      const { body } = await infer({ parameters: { event_time: '2001-02-03T04:05:06Z' }, inputs: [tensor] })
      const prediction = await app.serving.getPrediction(`${body.parameters.prediction_id}.1`)
      expect(prediction).toMatchObject({ eventAt: Date.UTC(2001, 1, 3, 4, 5, 6), outputs: { label: 0 } })
    })
  })

  it('KServe V1 and TensorFlow Serving: rows and columns', async () => {
    const byRow = await app.request('POST', '/v1/models/demo:predict', { instances: rows })
    expect(predicted(byRow.body.predictions)).toEqual(classes)
    const byName = await app.request('POST', '/v1/models/demo/versions/1:predict', {
      instances: rows.map(([a, b]) => ({ b, a })),
    })
    expect(predicted(byName.body.predictions)).toEqual(classes)
    const byColumn = await app.request('POST', '/inference/v1/models/demo:predict', { inputs: { features: rows } })
    expect(byColumn.body.outputs.label).toEqual(classes)
    const state = await app.request('GET', '/inference/v1/models/demo')
    expect(state.body).toMatchObject({
      name: 'demo',
      ready: true,
      model_version_status: [{ version: '1', state: 'AVAILABLE' }],
    })
    expect((await app.request('POST', '/v1/models/demo:explain', {})).body.error).toContain('explain')
    expect((await app.request('GET', '/v1/models/demo')).body.lastVersion).toBe(1)
  })

  it('MLflow scoring: every body form, CSV, and its own errors', async () => {
    const score = (body: unknown, type = 'application/json') =>
      app.request('POST', '/inference/demo/invocations', body, { 'content-type': type })
    const bodies = [
      { dataframe_split: { columns: ['b', 'a'], data: rows.map(([a, b]) => [b, a]) } },
      { dataframe_records: rows.map(([a, b]) => ({ a, b })) },
      { instances: rows },
      { inputs: { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) } },
      { inputs: rows },
    ]
    for (const body of bodies) expect(predicted((await score(body)).body.predictions)).toEqual(classes)
    const csv = await score('b,"a"\n0.1,0.9\r\n0.7,0.2\n', 'text/csv')
    expect(predicted(csv.body.predictions)).toEqual(classes)
    expect((await app.request('POST', '/invocations', { inputs: rows })).status).toBe(200)
    expect((await app.request('GET', '/inference/demo/ping')).status).toBe(200)
    expect((await score({ inputs: rows, instances: rows })).body.error_code).toBe('BAD_REQUEST')
    expect((await score(rows)).status).toBe(400)
    expect((await score('x', 'text/plain')).status).toBe(415)
    expect((await score({ dataframe_records: [{ a: 1 }] })).body.message).toContain('no "b"')
  })

  it('Seldon: predictions, and feedback that becomes a label', async () => {
    const base = '/seldon/default/demo/api/v1.0'
    const { body } = await app.request('POST', `${base}/predictions`, {
      data: { names: ['a', 'b'], ndarray: [rows[0]] },
    })
    expect(predicted(body.data.ndarray)).toEqual([1])
    const tensor = { shape: [2, 2], values: rows.flat() }
    const asTensor = await app.request('POST', `${base}/predictions`, { data: { tensor } })
    expect(asTensor.body.data.tensor.shape).toEqual([2, 2])
    const feedback = { response: { meta: body.meta }, truth: { data: { ndarray: [[0]] } } }
    expect((await app.request('POST', `${base}/feedback`, feedback)).body.status.status).toBe('SUCCESS')
    expect((await app.serving.getPrediction(body.meta.puid)).label?.value).toBe(0)
    const unknown = { response: { meta: { puid: 'nobody' } }, truth: { data: { ndarray: [0] } } }
    expect((await app.request('POST', `${base}/feedback`, unknown)).body.status.status).toBe('FAILURE')
    expect((await app.request('POST', `${base}/predictions`, { strData: 'x' })).body.status.code).toBe(400)
  })

  it('answers a failing model in the form of the protocol, and goes on', async () => {
    // A reshape that cannot be done for one row: the model itself fails while it runs.
    const model = onnxModel({
      inputs: [{ name: 'x', type: 'float', shape: ['N', 2] }],
      outputs: [{ name: 'y', type: 'float', shape: ['M', 'K'] }],
      constants: [],
      nodes: [
        { op: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: [1, 0] } },
        { op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] },
      ],
    })
    await app.registerBytes(model, 'fragile')
    await app.serving.applyDeployment({ name: 'fragile', model: 'fragile' })
    const run = (count: number) =>
      app.request('POST', '/v1/models/fragile:predict', { instances: Array.from({ length: count }, () => [1, 2]) })
    expect((await run(3)).status).toBe(500)
    expect((await run(2)).status).toBe(200)
    expect((await app.request('POST', '/invocations', { inputs: rows })).body.message).toContain('2 deployments')
    const target = { 'x-amzn-sagemaker-target-model': 'demo' }
    expect(predicted((await app.request('POST', '/invocations', { inputs: rows }, target)).body.predictions)).toEqual(
      classes,
    )
    expect((await app.request('GET', '/ping')).status).toBe(200)
  })
})
