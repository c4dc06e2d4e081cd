import { inference } from '../dialects/inference/index.ts'
import type { AnyDialect } from '../kernel/module.ts'
import { datasets } from '../modules/datasets/index.ts'
import { type Delivery, delivery } from '../modules/delivery/index.ts'
import { type Predictions, predictions } from '../modules/predictions/index.ts'
import type { Registry } from '../modules/registry/index.ts'
import { registry } from '../modules/registry/index.ts'
import { type Scoring, scoring } from '../modules/scoring/index.ts'
import { servables } from '../modules/servables/index.ts'
import { type Serving, serving } from '../modules/serving/index.ts'
import { tracking } from '../modules/tracking/index.ts'
import type { DialectName } from '../platform/db/index.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import { logisticModel } from './onnx-model.ts'
import { type TestApp, testApp } from './test-app.ts'

/** A server with registry, serving and the inference protocols, and short ways to do what tests of serving do. */
export interface ServingApp extends TestApp {
  readonly serving: Serving
  readonly predictions: Predictions
  readonly scoring: Scoring
  readonly delivery: Delivery
  readonly registry: Registry
  /** Registers a binary logistic regression over `a` and `b`; answers the version's id. */
  register(weights: readonly [number, number], model?: string): Promise<string>
  /** Registers any bytes as an ONNX file. */
  registerBytes(bytes: Uint8Array, model: string, path?: string): Promise<string>
  predict(deployment: string, row: readonly number[], headers?: Record<string, string>): Promise<Answered>
}

/** All that it takes to serve; `registry` and what that needs stand before them. */
export const servingModules = [servables, predictions, serving, scoring, delivery]

export interface Answered {
  readonly status: number
  readonly id: string
  readonly version: string
  /** Predicted class. */
  readonly label: number
  readonly probability: number
}

export async function servingApp(
  options: {
    dataDir?: string
    database?: DialectName
    settings?: Record<string, unknown>
    /** Beside the inference protocols. */
    dialects?: readonly AnyDialect<Platform>[]
    /** What those need beside the modules of serving. */
    modules?: readonly PlatformModule[]
  } = {},
): Promise<ServingApp> {
  const app = await testApp({
    ...options,
    modules: [datasets, tracking, registry, ...servingModules, ...(options.modules ?? [])],
    dialects: [inference, ...(options.dialects ?? [])],
    settings: { 'serving.workers': 1, ...options.settings },
  })
  const services = app.doors as unknown as Pick<
    ServingApp,
    'serving' | 'predictions' | 'scoring' | 'delivery' | 'registry'
  >
  const registerBytes = async (bytes: Uint8Array, model: string, path = 'model.onnx') => {
    const blob = await app.platform.blobs.write(bytes)
    const signature = { inputs: ['a', 'b'].map((name) => ({ name, type: 'float' })) }
    const version = await services.registry.createVersion({
      model,
      files: [{ path, ...blob }],
      format: 'onnx',
      signature,
    })
    return version.id
  }
  return {
    ...app,
    ...services,
    registerBytes,
    register: (weights, model = 'demo') => registerBytes(logisticModel(weights, 0), model),
    predict: (deployment, row, headers) => predict(app, { deployment, row, headers }),
  }
}

async function predict(
  app: TestApp,
  {
    deployment,
    row,
    headers,
  }: { deployment: string; row: readonly number[]; headers?: Record<string, string> | undefined },
): Promise<Answered> {
  const body = { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, row.length], data: row }] }
  const answer = await app.request('POST', `/v2/models/${deployment}/infer`, body, headers)
  const outputs = answer.body.outputs ?? [{ data: [] }, { data: [] }]
  return {
    status: answer.status,
    id: answer.body.parameters?.prediction_id ?? '',
    version: answer.body.model_version ?? '',
    label: outputs[0].data[0],
    probability: outputs[1].data[1],
  }
}
