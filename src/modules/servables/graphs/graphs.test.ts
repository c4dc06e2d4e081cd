import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../../../testing/onnx-model.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

/** `y` = factor * (sum of the row `x`), as FP32 [-1, 1]. */
const sumModel = (factor: number, width = 2) =>
  onnxModel({
    inputs: [{ name: 'x', type: 'float', shape: ['N', width] }],
    outputs: [{ name: 'y', type: 'float', shape: ['N', 1] }],
    constants: [{ name: 'weights', shape: [width, 1], values: Array.from({ length: width }, () => factor) }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'weights'], outputs: ['y'] }],
  })

const graph = `
nodes:
  prepare: {function: prepare.ts, inputs: {price: inputs.price, currency: inputs.currency}}
  double: {model: graph-double@best, inputs: {x: prepare.features}}
  triple: {model: graph-triple/1, inputs: {x: prepare.features}}
  blend: {function: blend.js, inputs: {a: double.y, b: triple.y}}
outputs: {total: blend.total, double: double.y}
`

/** Rates come from a file of the version. A price of -1 throws, -2 ends the process, -3 hangs, -4 gives a row too few, -5 is refused, -6 takes a while. */
const prepare = `
import type { Buffer } from 'node:buffer'
type Column<Values> = { readonly data: Values; readonly shape: number[] }

export const inputs = {
  price: { datatype: 'FP64', shape: [-1] },
  currency: { datatype: 'BYTES', shape: [-1] },
}
export const outputs = { features: { datatype: 'FP32', shape: [-1, 2] } }

export default async function (
  { price, currency }: { price: Column<Float64Array>; currency: Column<string[]> },
  ctx: { readJson(path: string): unknown; refuse(problem: string): never },
) {
  const rates = ctx.readJson('data/rates.json') as Record<string, number>
  if (price.data.includes(-1)) throw new RangeError('a price may not be negative')
  if (price.data.includes(-5)) ctx.refuse('prices of -5 are not known')
  if (price.data.includes(-6)) await new Promise((resolve) => setTimeout(resolve, 300))
  if (price.data.includes(-2)) process.exit(3)
  while (price.data.includes(-3)) {}
  const rows = Array.from(price.data, (value, row) => [value * (rates[currency.data[row] ?? ''] ?? 0), 1])
  return { features: price.data.includes(-4) ? rows.slice(1) : rows }
}
`

const blend = `
export const inputs = { a: { datatype: 'FP32', shape: [-1, 1] }, b: { datatype: 'FP32', shape: [-1, 1] } }
export const outputs = { total: { datatype: 'FP64', shape: [-1] } }
export default ({ a, b }) => ({ total: Array.from(a.data, (value, row) => (value + b.data[row]) / 2) })
`

const whole = {
  'graph.yaml': graph,
  'prepare.ts': prepare,
  'blend.js': blend,
  'data/rates.json': '{"EUR": 1, "CHF": 0.5}',
}

/** What the graph says of a price, by hand. */
const expected = (price: number, rate: number) => {
  const sum = price * rate + 1
  return { total: (2 * sum + 3 * sum) / 2, double: 2 * sum }
}

describe('an inference graph', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp({ settings: { 'serving.functionTimeoutMs': 500, 'serving.python': 'python3' } })
    for (const [name, factor] of [
      ['double', 2],
      ['triple', 3],
    ] as const) {
      await app.registerBytes(sumModel(factor), `graph-${name}`)
      await app.request('PUT', `/v1/deployments/${name}`, { model: `graph-${name}/1` })
    }
    await app.request('PUT', '/v1/models/graph-double/aliases/best', { version: 1 })
    expect((await register(whole)).status).toBe(201)
    const deployed = await app.request('PUT', '/v1/deployments/shop', { model: 'shop/1' })
    expect(deployed).toMatchObject({ status: 200, body: { state: 'ready' } })
  })
  afterAll(() => app.dispose())

  async function register(files: Readonly<Record<string, string>>, model = 'shop') {
    const stored = Object.entries(files).map(async ([path, text]) => ({
      path,
      ...(await app.platform.blobs.write(text)),
    }))
    return app.request('POST', `/v1/models/${model}/versions`, { files: await Promise.all(stored), format: 'graph' })
  }

  const ask = async (rows: readonly (readonly [price: number, currency: string])[], deployment = 'shop') => {
    const input = (name: string, datatype: string, data: unknown[]) => ({ name, datatype, shape: [rows.length], data })
    const prices = input(
      'price',
      'FP64',
      rows.map(([price]) => price),
    )
    const inputs = [
      prices,
      input(
        'currency',
        'BYTES',
        rows.map(([, currency]) => currency),
      ),
    ]
    const { status, body } = await app.request('POST', `/v2/models/${deployment}/infer`, { inputs })
    const valuesOf = (name: string) => body.outputs?.find((output: { name: string }) => output.name === name)?.data
    return {
      status,
      error: body.error,
      total: valuesOf('total'),
      double: valuesOf('double'),
      version: body.model_version,
    }
  }

  it('answers with what its functions and models make of a request together', async () => {
    const [one, two] = [expected(10, 1), expected(20, 0.5)]
    expect(
      await ask([
        [10, 'EUR'],
        [20, 'CHF'],
      ]),
    ).toMatchObject({
      status: 200,
      total: [one.total, two.total],
      double: [one.double, two.double],
    })
    const rows = await app.request('POST', '/inference/shop/invocations', {
      dataframe_records: [{ price: 4, currency: 'EUR' }],
    })
    expect(rows.body.predictions).toEqual([{ total: expected(4, 1).total, double: [expected(4, 1).double] }])
  })

  it('has the signature of its edges, and the versions it was pinned to', async () => {
    const version = (await app.request('GET', '/v1/models/shop/versions/1')).body
    expect(version.components.map(({ node, ref }: { node: string; ref: string }) => [node, ref])).toEqual([
      ['double', 'graph-double/1'],
      ['triple', 'graph-triple/1'],
    ])
    expect(version.metadata.graph.nodes[0]).toEqual({ name: 'prepare', function: 'prepare.ts' })
    expect(version.metadata.graph.edges).toContainEqual({
      from: 'prepare.features',
      to: 'double.x',
      datatype: 'FP32',
      shape: [-1, 2],
    })
    const metadata = (await app.request('GET', '/v2/models/shop')).body
    expect(metadata).toMatchObject({
      platform: 'ensemble',
      inputs: [
        { name: 'price', datatype: 'FP64', shape: [-1] },
        { name: 'currency', datatype: 'BYTES', shape: [-1] },
      ],
      outputs: [
        { name: 'total', datatype: 'FP64', shape: [-1] },
        { name: 'double', datatype: 'FP32', shape: [-1, 1] },
      ],
    })
  })

  it('keeps to the pinned version when the alias moves, and a new version takes the new one', async () => {
    await app.registerBytes(sumModel(20), 'graph-double')
    await app.request('PUT', '/v1/models/graph-double/aliases/best', { version: 2 })
    expect((await ask([[1, 'EUR']])).double).toEqual([4])
    expect((await register(whole, 'again')).status).toBe(201)
    await app.request('PUT', '/v1/deployments/again', { model: 'again/1' })
    expect((await ask([[1, 'EUR']], 'again')).double).toEqual([40])
  })

  it('that fails says in which node, and neither other requests nor other models notice', async () => {
    const failing = [-1, 7, -4, 8, -5].map((price) => ask([[price, 'EUR']]))
    const [thrown, beside, short, other, refused] = await Promise.all(failing)
    expect(thrown).toMatchObject({ status: 500 })
    expect(thrown?.error).toMatch(/node "prepare": RangeError: a price may not be negative at prepare\.ts:\d+$/)
    expect(short?.error).toContain('node "prepare": gave 0 for 1 rows as "features"')
    expect(refused?.status).toBe(400)
    expect(refused?.error).toMatch(/does not take this input: node "prepare": prices of -5 are not known$/)
    expect([beside?.total, other?.total]).toEqual([[expected(7, 1).total], [expected(8, 1).total]])
    const model = (
      await app.request('POST', '/v2/models/double/infer', {
        inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }],
      })
    ).body
    expect(model.outputs[0].data).toEqual([6])
  })

  it.each([
    [-2, /node "prepare": .*exit code 3/],
    [-3, /node "prepare": .*500 ms/],
  ])(
    'whose function ends or blocks its process (%d) answers the next request from a new one',
    async (price, problem) => {
      const [lost, single] = await Promise.all([
        ask([[price, 'EUR']]),
        app.request('POST', '/v2/models/double/infer', {
          inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }],
        }),
      ])
      expect(lost.status).toBe(500)
      expect(lost.error).toMatch(problem)
      expect(single.status).toBe(200)
      expect((await ask([[3, 'EUR']])).total).toEqual([expected(3, 1).total])
    },
  )

  it('leaves the rest out when its client has gone', async () => {
    const data = { price: [-6], currency: ['EUR'] }
    const inputs = Object.entries(data).map(([name, values], index) => {
      return { name, datatype: index === 0 ? 'FP64' : 'BYTES', shape: [1], data: values }
    })
    const left = fetch(`${app.url}/v2/models/shop/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs }),
      signal: AbortSignal.timeout(100),
    })
    await expect(left).rejects.toThrow('timeout')
    const canceled = /nv_inference_request_failure{model="shop",version="1",reason="CANCELED"} 1\n/
    await expect.poll(async () => (await fetch(`${app.url}/metrics`)).text()).toMatch(canceled)
  })

  it('is recorded, and replayed on what was recorded, as any model', async () => {
    const started = await app.request('POST', '/v1/deployments/shop/replays', { ref: '1' })
    const get = async () => (await app.request('GET', `/v1/replays/${started.body.id}`)).body
    await expect.poll(async () => (await get()).state).not.toBe('running')
    const { state, report } = await get()
    expect([state, report.summary]).toMatchObject(['finished', { failedCount: 0, maxDifference: 0 }])
    expect(report.summary.rowCount).toBeGreaterThan(4)
  })

  it('cannot be exported yet, and says so', async () => {
    const { status, body } = await app.request('GET', '/v1/deployments/shop/package')
    expect([status, body.code, body.detail]).toEqual([
      409,
      'deployment_not_portable',
      'Deployment shop cannot be exported: version 1 is an inference graph, and a package holds one model file.',
    ])
  })

  it('is refused whole, with every problem, before anything is written', async () => {
    const narrow = await app.registerBytes(sumModel(1, 3), 'graph-narrow')
    const text = graph
      .replace('graph-double@best', 'graph-double@worst')
      .replace('graph-triple/1', narrow)
      .replace('a: double.y', 'c: double.y')
      .replace(
        'outputs:',
        '  lost: {function: lost.ts, inputs: {x: blend.total}}\n  broken: {function: broken.ts, inputs: {}}\noutputs:',
      )
    const broken = 'import "./nothing.ts"\n'
    const refused = await register({ ...whole, 'graph.yaml': text, 'broken.ts': broken }, 'refused')
    expect(refused).toMatchObject({ status: 400, body: { code: 'graph_invalid' } })
    for (const problem of [
      /nodes\.double\.model: Model graph-double has no alias worst/,
      /nodes\.lost\.function: there is no file lost\.ts/,
      /nodes\.broken\.function: broken\.ts cannot be loaded: .*nothing\.ts/,
      /nodes\.blend\.inputs\.c: the node has no such input; known: a, b/,
      /nodes\.blend: its input "a" \(FP32 \[-1, 1\]\) is fed by nothing/,
      /nodes\.triple\.inputs\.x: takes FP32 \[-1, 3\], but prepare\.features gives FP32 \[-1, 2\]/,
    ])
      expect(refused.body.detail).toMatch(problem)
    expect((await app.request('GET', '/v1/models/refused')).status).toBe(404)
  })

  it('keeps the versions that it is made of from being deleted, until it is deleted itself', async () => {
    await app.registerBytes(sumModel(5), 'graph-part')
    const files = { ...whole, 'graph.yaml': graph.replace('graph-triple/1', 'graph-part/1') }
    expect((await register(files, 'holder')).status).toBe(201)
    for (const path of ['/v1/models/graph-part/versions/1', '/v1/models/graph-part']) {
      const refused = await app.request('DELETE', path)
      expect(refused).toMatchObject({ status: 409, body: { code: 'model_version_used' } })
      expect(refused.body.detail).toBe('graph-part/1 cannot be deleted: it is part of holder/1.')
    }
    expect((await app.request('DELETE', '/v1/models/holder')).status).toBe(200)
    expect((await app.request('DELETE', '/v1/models/graph-part/versions/1')).status).toBe(200)
  })

  it('may hold a Python model, which runs in the same process as where it is deployed by itself', async () => {
    const script = `
import os

def predict(frame):
    amounts = list(frame["amount"])
    return {"shown": ["%.1f" % (amount + 1) for amount in amounts], "process": [os.getpid()] * len(amounts)}
`
    const column = (name: string, type: string) => ({ name, type })
    const outputs = [column('shown', 'string'), column('process', 'long')]
    const signature = { inputs: [column('amount', 'double')], outputs }
    const model = { path: 'model.py', ...(await app.platform.blobs.write(script)) }
    await app.registry.createVersion({ model: 'graph-python', files: [model], format: 'python', signature })
    const text = graph
      .replace('outputs:', '  show: {model: graph-python/1, inputs: {amount: blend.total}}\noutputs:')
      .replace('total: blend.total, double: double.y', 'total: show.shown, double: show.process')
    expect(await register({ ...whole, 'graph.yaml': text }, 'mixed')).toMatchObject({ status: 201 })
    for (const name of ['mixed', 'graph-python'])
      expect((await app.request('PUT', `/v1/deployments/${name}`, { model: `${name}/1` })).status).toBe(200)
    const rows = await ask(
      [
        [1, 'EUR'],
        [3, 'CHF'],
      ],
      'mixed',
    )
    expect(rows.total).toEqual([1, 1.5].map((value) => ((20 * (value + 1) + 3 * (value + 1)) / 2 + 1).toFixed(1)))
    const inputs = [{ name: 'amount', datatype: 'FP64', shape: [1], data: [1] }]
    const alone = (await app.request('POST', '/v2/models/graph-python/infer', { inputs })).body.outputs
    expect(alone[1]).toMatchObject({ name: 'process', data: rows.double.slice(1) })
  })

  it('may hold another graph', async () => {
    const outer =
      'nodes: {inner: {model: shop/1, inputs: {price: inputs.price, currency: inputs.currency}}}\noutputs: {total: inner.total, double: inner.double}\n'
    expect((await register({ 'graph.yaml': outer }, 'outer')).status).toBe(201)
    await app.request('PUT', '/v1/deployments/outer', { model: 'outer/1' })
    expect(await ask([[6, 'CHF']], 'outer')).toMatchObject(expectedRow(6, 0.5))
    expect((await ask([[-1, 'EUR']], 'outer')).error).toMatch(/node "inner": node "prepare": RangeError/)
  })
})

const expectedRow = (price: number, rate: number) => {
  const { total, double } = expected(price, rate)
  return { status: 200, total: [total], double: [double] }
}
