import { createSlipway } from '../../src/sdk/index.ts'
import { paths } from '../../src/ui/kit/paths.ts'

export interface NamedPage {
  readonly name: string
  readonly path: string
}

/** Every page of the application with the things that a server holds: lists always, the others for the first thing found. */
export async function pagesOf(url: string): Promise<readonly NamedPage[]> {
  const slipway = createSlipway({ url })
  const pages: NamedPage[] = [
    { name: 'overview', path: paths.overview() },
    { name: 'datasets', path: paths.datasets() },
    { name: 'experiments', path: paths.experiments() },
    { name: 'runs', path: paths.runs() },
    { name: 'models', path: paths.models() },
    { name: 'pipelines', path: paths.pipelines() },
    { name: 'deployments', path: paths.deployments() },
    { name: 'batches', path: paths.batches() },
    { name: 'environments', path: paths.environments() },
    { name: 'fleet', path: paths.fleet() },
    { name: 'monitors', path: paths.monitors() },
    { name: 'lineage', path: paths.lineage() },
    { name: 'webhooks', path: paths.webhooks() },
    { name: 'reports', path: paths.reports() },
    { name: 'evaluations', path: paths.evaluations() },
    { name: 'activity', path: paths.activity() },
    { name: 'activity-events', path: `${paths.activity()}?tab=events` },
  ]
  const add = (name: string, path: string | undefined) => {
    if (path !== undefined) pages.push({ name, path })
  }
  const withTabs = (name: string, path: string | undefined, tabs: readonly string[]) => {
    add(name, path)
    for (const tab of tabs) add(`${name}-${tab}`, path === undefined ? undefined : `${path}?tab=${tab}`)
  }
  const dataset = (await slipway.datasets.list({})).items.at(-1)
  add('dataset', dataset && paths.dataset(dataset.name))
  withTabs(
    'dataset-version',
    dataset?.latestVersion === undefined ? undefined : paths.datasetVersion(dataset.name, dataset.latestVersion),
    ['profile', 'files', 'diff'],
  )
  const runs = (await slipway.runs.search({ limit: 200 })).items
  const run = runs.toSorted((a, b) => b.metrics.length - a.metrics.length)[0]
  add('compare', run && paths.compareRuns(runs.slice(0, 5).map((each) => each.id)))
  for (const tab of ['curves', 'scatter', 'contour', 'bars', 'differences', 'code', 'importance', 'media']) {
    add(`compare-${tab}`, `${paths.compareRuns(runs.slice(0, 5).map((each) => each.id))}&tab=${tab}`)
  }
  const report = (await slipway.reports.list({})).items[0]
  add('report', report && paths.report(report.id))
  const webhook = (await slipway.webhooks.list({})).items[0]
  add('webhook', webhook && paths.webhook(webhook.id))
  const experiment = run && (await slipway.experiments.get({ experiment: run.experimentId }))
  add('experiment', experiment && paths.experiment(experiment.name))
  const trace = (await slipway.traces.search({ limit: 1, orderBy: ['durationMs DESC'] })).items[0]
  const traced = trace && (await slipway.experiments.get({ experiment: trace.experimentId }))
  add('traces', traced && paths.traces(traced.name))
  add('trace', trace && paths.trace(trace.id))
  withTabs('run', run && paths.run(run.id), ['params', 'artifacts', 'media', 'links'])
  const model = (await slipway.models.list({})).items.at(-1)
  add('model', model && paths.model(model.name))
  withTabs('model-version', model && paths.modelVersion(model.name, model.lastVersion), [
    'card',
    'signature',
    'compare',
    'files',
  ])
  const pipeline = (await slipway.pipelines.list({})).items[0]
  withTabs('pipeline', pipeline && paths.pipeline(pipeline.name), ['definition', 'versions'])
  const pipelineRun = (await slipway.pipelines.runs.list({})).items[0]
  add('pipeline-run', pipelineRun && paths.pipelineRun(pipelineRun.id))
  const deployment = (await slipway.deployments.list({})).items[0]
  withTabs('deployment', deployment && paths.deployment(deployment.name), [
    'rollouts',
    'shadows',
    'tests',
    'replays',
    'predictions',
    'try',
    'call',
  ])
  const prediction = (await slipway.predictions.list({})).items[0]
  add('prediction', prediction && paths.prediction(prediction.id))
  add('lineage-back', prediction && `${paths.lineage(prediction.id)}&direction=back`)
  const version = model && (await slipway.models.versions.get({ model: model.name, version: 'latest' }))
  add('lineage-around', version && paths.lineage(version.id))
  for (const monitor of (await slipway.monitors.list({})).items) {
    withTabs(`monitor-${monitor.kind}`, paths.monitor(monitor.name), ['alerts', 'definition'])
  }
  return pages
}
