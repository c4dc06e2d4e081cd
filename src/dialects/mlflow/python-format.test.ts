import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhooks } from '../../modules/webhooks/index.ts'
import { Undescribed } from '../../platform/runtimes/index.ts'
import { type ServingApp, servingApp } from '../../testing/serving-app.ts'
import { mlflow } from './index.ts'
import { pythonFormat } from './python-format.ts'

const mlModel = `
flavors:
  python_function: {loader_module: shop_loader, data: weights, code: code}
signature:
  inputs: '[{"name":"price","type":"double"},{"name":"count","type":"long","required":false}]'
  outputs: '[{"type":"tensor","tensor-spec":{"dtype":"float64","shape":[-1]}}]'
  params: '[{"name":"scale","type":"double","shape":null,"default":2.0}]'
`

describe('the file MLmodel', () => {
  it('says how the model is loaded, what it takes and gives, and which params it has', () => {
    expect(pythonFormat.describe(mlModel)).toEqual({
      model: {
        loader: { kind: 'module', module: 'shop_loader', data: 'weights', config: undefined },
        codeFolders: ['code'],
        predict: 'predict',
        params: [{ name: 'scale', type: 'number', isList: false, default: 2 }],
        call: 'frame',
        conversions: {},
        isUnnamed: false,
        output: 'predictions',
      },
      inputs: [
        { name: 'price', datatype: 'FP64', shape: [-1], isColumn: true },
        { name: 'count', datatype: 'FP64', shape: [-1], isColumn: true, isOptional: true },
      ],
      outputs: [{ name: 'predictions', datatype: 'FP64', shape: [-1] }],
    })
  })

  it('is refused without the flavor that Python loads', () => {
    expect(() => pythonFormat.describe('flavors: {}')).toThrow(Undescribed)
  })

  it('has rows beside it: of a frame, or of a tensor', () => {
    const read = (text: string) => pythonFormat.example?.read(text, [{ name: 'x' }])
    expect(read('{"dataframe_split": {"columns": ["price"], "data": [[1], [NaN]]}}')).toEqual([
      { price: 1 },
      { price: null },
    ])
    expect(read('{"inputs": [[1, 2]]}')).toEqual([{ 'x.0': 1, 'x.1': 2 }])
    expect(read('no JSON')).toEqual([])
  })
})

describe('a version with the file MLmodel', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp({ modules: [webhooks], dialects: [mlflow] })
  })
  afterAll(() => app.dispose())

  const deploy = async (files: Readonly<Record<string, string>>) => {
    const stored = Object.entries(files).map(async ([path, text]) => ({
      path,
      ...(await app.platform.blobs.write(text)),
    }))
    const { version } = await app.registry.createVersion({
      model: 'shop',
      files: await Promise.all(stored),
      format: 'python',
    })
    return app.request('PUT', '/v1/deployments/shop', { model: `shop/${version}` })
  }

  it('is a Python model, loaded as the file says', async () => {
    const loader = [
      'class Model:',
      '    def predict(self, frame): return {"total": [float(price) * 2 for price in frame["price"]]}',
      'def _load_pyfunc(path): return Model()',
    ].join('\n')
    const described = mlModel.replace(/ {2}params:.*\n/, '').replace(/,\{"name":"count"[^}]*\}/, '')
    const applied = await deploy({
      'model/MLmodel': described,
      'model/code/shop_loader.py': loader,
      'model/weights': '',
    })
    expect(applied.body).toMatchObject({ state: 'ready' })
    const answer = await app.request('POST', '/inference/shop/invocations', { dataframe_records: [{ price: 3 }] })
    expect(answer.body).toMatchObject({ predictions: expect.anything() })
  })

  it('that Python does not load says why', async () => {
    const refused = await deploy({ MLmodel: 'flavors: {}' })
    expect(refused).toMatchObject({ status: 400, body: { code: 'model_not_servable' } })
    expect(refused.body.detail).toContain('its MLmodel file has no python_function flavor with a loader_module')
  })

  it('is named among what can be registered', async () => {
    const refused = await deploy({ 'notes.txt': 'nothing' })
    expect(refused.body.fix ?? refused.body.hint).toBe(
      'Register an ONNX file, a folder with an MLmodel file, a model.py or model.pkl, or a graph.yaml with the format graph.',
    )
  })
})
