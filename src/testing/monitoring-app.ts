import { inference } from '../dialects/inference/index.ts'
import { type Datasets, datasets } from '../modules/datasets/index.ts'
import type { Delivery } from '../modules/delivery/index.ts'
import { type Monitoring, monitoring } from '../modules/monitoring/index.ts'
import type { Predictions } from '../modules/predictions/index.ts'
import { type Registry, registry } from '../modules/registry/index.ts'
import type { Serving } from '../modules/serving/index.ts'
import { type Tracking, tracking } from '../modules/tracking/index.ts'
import { type Validation, validation } from '../modules/validation/index.ts'
import type { PlatformModule } from '../platform/platform.ts'
import { logisticModel } from './onnx-model.ts'
import { servingModules } from './serving-app.ts'
import { type TestApp, type TestAppOptions, testApp } from './test-app.ts'

/** A row of the two inputs `a` and `b` of the test model. */
export type Row = readonly [a: number, b: number]

export interface NewModel {
  readonly model?: string
  readonly weights?: Row
  /** Rows it says it was trained on; without them its run records no input. */
  readonly trainedOn?: readonly Row[]
  readonly metrics?: Readonly<Record<string, number>>
}

export interface MonitoringApp extends TestApp {
  readonly datasets: Datasets
  readonly tracking: Tracking
  readonly registry: Registry
  readonly serving: Serving
  readonly predictions: Predictions
  readonly delivery: Delivery
  readonly validation: Validation
  readonly monitoring: Monitoring
  /** Stores rows as a new version of dataset `rows`; answers its id. */
  addRows(rows: readonly Row[]): Promise<string>
  /** Registers a logistic regression with a tracked run; answers the version's id. */
  train(model: NewModel): Promise<string>
  /** Predicts all rows in one request and waits until they are recorded; answers the prediction ids, in order. */
  predict(deployment: string, rows: readonly Row[], eventAt?: number): Promise<string[]>
}

/** A server with all that monitoring needs, on real models and real data. */
export async function monitoringApp(
  options: Partial<TestAppOptions> & { readonly more?: readonly PlatformModule[] } = {},
): Promise<MonitoringApp> {
  const app = await testApp({
    modules: [datasets, tracking, registry, ...servingModules, validation, monitoring, ...(options.more ?? [])],
    dialects: [inference],
    ...options,
    settings: { 'serving.workers': 1, ...options.settings },
  })
  const services = app.doors as unknown as Omit<MonitoringApp, keyof TestApp>

  async function addRows(rows: readonly Row[]): Promise<string> {
    const text = ['a,b', ...rows.map((row) => row.join(','))].join('\n')
    const blob = await app.platform.blobs.write(text)
    await services.datasets.ensureDataset({ name: 'rows' })
    return (await services.datasets.createVersion({ dataset: 'rows', files: [{ path: 'rows.csv', ...blob }] })).id
  }

  async function train({ model = 'demo', weights = [4, -4], trainedOn, metrics = {} }: NewModel): Promise<string> {
    const { id: experimentId } = await services.tracking.ensureExperiment('training')
    const run = await services.tracking.createRun({ experimentId })
    const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0, timestamp: 1 }))
    await services.tracking.logBatch(run.id, { metrics: points, params: {}, tags: {} })
    if (trainedOn !== undefined) {
      await services.tracking.recordInput(run.id, { datasetVersionId: await addRows(trainedOn), context: 'training' })
    }
    const blob = await app.platform.blobs.write(logisticModel(weights, 0))
    const version = await services.registry.createVersion({
      model,
      files: [{ path: 'model.onnx', ...blob }],
      format: 'onnx',
      runId: run.id,
      signature: { inputs: ['a', 'b'].map((name) => ({ name, type: 'float' })) },
    })
    return version.id
  }

  async function predict(deployment: string, rows: readonly Row[], eventAt?: number): Promise<string[]> {
    const answer = await app.request('POST', `/v2/models/${deployment}/infer`, {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [rows.length, 2], data: rows.flat() }],
      ...(eventAt === undefined ? {} : { parameters: { event_time: eventAt } }),
    })
    if (answer.status !== 200) throw new Error(`predict: ${answer.status} ${JSON.stringify(answer.body)}`)
    const id = String(answer.body.parameters.prediction_id)
    const ids = rows.length === 1 ? [id] : rows.map((_, i) => `${id}.${i}`)
    await isRecorded(ids.at(-1) ?? id)
    return ids
  }

  async function isRecorded(id: string): Promise<void> {
    for (let wait = 5; ; wait = Math.min(50, wait * 2)) {
      const found = await app.request('GET', `/v1/predictions/${id}`)
      if (found.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  return { ...app, ...services, addRows, train, predict }
}
