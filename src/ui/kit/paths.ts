/** Every address inside the application, in one place. Names are encoded; ids are safe as they are. */
const part = encodeURIComponent

export const paths = {
  overview: () => '/',
  datasets: () => '/datasets',
  dataset: (dataset: string) => `/datasets/${part(dataset)}`,
  datasetVersion: (dataset: string, version: number | string) => `/datasets/${part(dataset)}/${version}`,
  experiments: () => '/experiments',
  experiment: (experiment: string) => `/experiments/${part(experiment)}`,
  traces: (experiment: string) => `/experiments/${part(experiment)}/traces`,
  trace: (trace: string) => `/traces/${part(trace)}`,
  runs: () => '/runs',
  run: (run: string) => `/runs/${part(run)}`,
  models: () => '/models',
  model: (model: string) => `/models/${part(model)}`,
  modelVersion: (model: string, version: number | string) => `/models/${part(model)}/${version}`,
  pipelines: () => '/pipelines',
  pipeline: (pipeline: string) => `/pipelines/${part(pipeline)}`,
  pipelineRun: (run: string) => `/pipeline-runs/${part(run)}`,
  deployments: () => '/deployments',
  deployment: (deployment: string) => `/deployments/${part(deployment)}`,
  prediction: (prediction: string) => `/predictions/${part(prediction)}`,
  monitors: () => '/monitors',
  monitor: (monitor: string) => `/monitors/${part(monitor)}`,
  lineage: (id?: string) => (id === undefined ? '/lineage' : `/lineage?id=${part(id)}`),
  activity: () => '/activity',
  webhooks: () => '/webhooks',
  webhook: (webhook: string) => `/webhooks/${part(webhook)}`,
  compareRuns: (runs: readonly string[]) => `/runs/compare?runs=${runs.map(part).join(',')}`,
  /** Any id: the page finds out what it is and goes there. */
  id: (id: string) => `/id/${part(id)}`,
} as const
