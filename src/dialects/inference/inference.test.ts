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

    it('takes NaN as Python clients write it, and refuses tensors that lie elsewhere', async () => {
      const words = '{"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [NaN, -Infinity]}]}'
      expect((await infer(words)).status).toBe(200)
      const shared = { shared_memory_region: 'r', shared_memory_byte_size: 16 }
      const elsewhere = await infer({
        inputs: [{ name: 'features', datatype: 'FP32', shape: [2, 2], parameters: shared }],
      })
      expect(elsewhere).toMatchObject({ status: 501, body: { error: expect.stringContaining('Shared memory') } })
      const output = await infer({ inputs: [tensor], outputs: [{ name: 'label', parameters: shared }] })
      expect(output.status).toBe(501)
      const classes = { name: 'probabilities', parameters: { classification: 1 } }
      expect((await infer({ inputs: [tensor], outputs: [classes] })).status).toBe(501)
      const region = await app.request('POST', '/v2/systemsharedmemory/region/r/register', { key: '/r' })
      expect(region).toMatchObject({ status: 501, body: { error: 'Shared memory is not supported by this server.' } })
    })

    it('records the time at which it happened in the world', async () => {
      const { body } = await infer({ parameters: { event_time: '2001-02-03T04:05:06Z' }, inputs: [tensor] })
      const prediction = await app.predictions.getPrediction(`${body.parameters.prediction_id}.1`)
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
    const ragged = await app.request('POST', '/v1/models/demo:predict', { instances: [[1, 2], [3], [4, 5, 6]] })
    expect(ragged).toMatchObject({ status: 400, body: { error: expect.stringContaining('row 1 has 1') } })
    const labeled = await app.request('POST', '/v1/models/demo/labels/canary:predict', { instances: rows })
    expect(labeled).toMatchObject({ status: 404, body: { error: expect.stringContaining('label "canary"') } })
    const { metadata } = (await app.request('GET', '/inference/v1/models/demo/metadata')).body
    expect(metadata.signature_def.signature_def.serving_default).toMatchObject({
      inputs: { features: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '2' }] } } },
      outputs: { label: { dtype: 'DT_INT64' } },
    })
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
      { inputs: rows.map(([a, b]) => ({ a, b })) },
      { instances: { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) } },
    ]
    for (const body of bodies) expect(predicted((await score(body)).body.predictions)).toEqual(classes)
    const csv = await score('b,"a"\n0.1,0.9\r\n0.7,0.2\n', 'text/csv')
    expect(predicted(csv.body.predictions)).toEqual(classes)
    expect((await app.request('POST', '/invocations', { inputs: rows })).status).toBe(200)
    expect((await app.request('GET', '/inference/demo/ping')).status).toBe(200)
    expect(predicted((await score({ inputs: { a: 0.9, b: 0.1 } })).body.predictions)).toEqual([1])
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
    expect((await app.predictions.getPrediction(body.meta.puid)).label?.value).toBe(0)
    await app.request('POST', `${base}/feedback`, { response: { meta: body.meta }, reward: 0.5 })
    expect((await app.predictions.getPrediction(body.meta.puid)).label?.value).toBe(0.5)
    const unknown = { response: { meta: { puid: 'nobody' } }, truth: { data: { ndarray: [0] } } }
    expect((await app.request('POST', `${base}/feedback`, unknown)).body.status.status).toBe('FAILURE')
    expect((await app.request('POST', `${base}/predictions`, { strData: 'x' })).body.status.code).toBe(400)
  })

  it('CSV and binary values mean what the datatype of their column makes of them', async () => {
    const kinds = { vip: 'bool', zip: 'string', age: 'int64' } as const
    const columns = Object.entries(kinds).map(([name, type]) => ({ name, type, shape: ['N'] }))
    const model = onnxModel({
      inputs: columns,
      outputs: columns.map(({ name, type, shape }) => ({ name: `${name}_out`, type, shape })),
      constants: [],
      nodes: columns.map(({ name }) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
    })
    await app.registerBytes(model, 'echo')
    await app.serving.applyDeployment({ name: 'echo', model: 'echo' })
    const csv = '\uFEFFvip,zip,age\nTrue,00501,9007199254740993\nfalse,NA,3.0\n\n'
    const answer = await app.request('POST', '/inference/echo/invocations', csv, { 'content-type': 'text/csv' })
    expect(answer.body.predictions).toEqual([
      { vip_out: true, zip_out: '00501', age_out: '9007199254740993' },
      { vip_out: false, zip_out: 'NA', age_out: 3 },
    ])
    const wrong = await app.request('POST', '/inference/echo/invocations', 'vip,zip,age\nyes,1,2\n', {
      'content-type': 'text/csv',
    })
    expect(wrong.body.message).toBe('the value "yes" does not fit the datatype BOOL at position 0 of input "vip"')
    const encode = (b64: string) =>
      app.request('POST', '/v1/models/echo:predict', { instances: [{ vip: true, age: 1, zip: { b64 } }] })
    expect((await encode('w6k=')).body.predictions[0].zip_out).toBe('é')
    expect((await encode('***')).body.error).toContain('is not base64')
    expect((await encode('/w==')).body.error).toContain('is not UTF-8')
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
    expect((await app.request('POST', '/invocations', { inputs: rows })).body.message).toContain('3 deployments')
    const target = { 'x-amzn-sagemaker-target-model': 'demo' }
    expect(predicted((await app.request('POST', '/invocations', { inputs: rows }, target)).body.predictions)).toEqual(
      classes,
    )
    expect((await app.request('GET', '/ping')).status).toBe(200)
  })
})
