import { createSlipway } from '../../src/sdk/index.ts'
import { activityPath } from '../../src/ui/activity/paths.ts'
import { datasetPath, datasetsPath, datasetVersionPath } from '../../src/ui/datasets/paths.ts'
import { evaluationsPath } from '../../src/ui/evaluations/paths.ts'
import { lineageOf, lineagePath } from '../../src/ui/lineage/paths.ts'
import { monitorPath, monitorsPath } from '../../src/ui/monitoring/paths.ts'
import { overviewPath } from '../../src/ui/overview/paths.ts'
import { pipelinePath, pipelineRunPath, pipelinesPath } from '../../src/ui/pipelines/paths.ts'
import { modelPath, modelsPath, modelVersionPath } from '../../src/ui/registry/paths.ts'
import { reportPath, reportsPath } from '../../src/ui/reports/paths.ts'
import {
  batchesPath,
  deploymentPath,
  deploymentsPath,
  environmentsPath,
  fleetPath,
  predictionPath,
} from '../../src/ui/serving/paths.ts'
import { tracePath, tracesPath } from '../../src/ui/traces/paths.ts'
import { comparisonOf, experimentPath, experimentsPath, runPath, runsPath } from '../../src/ui/tracking/paths.ts'
import { webhookPath, webhooksPath } from '../../src/ui/webhooks/paths.ts'

export interface NamedPage {
  readonly name: string
  readonly path: string
}

/** Every page of the application with the things that a server holds: lists always, the others for the first thing found. */
export async function pagesOf(url: string): Promise<readonly NamedPage[]> {
  const slipway = createSlipway({ url })
  const pages: NamedPage[] = [
    { name: 'overview', path: overviewPath() },
    { name: 'datasets', path: datasetsPath() },
    { name: 'experiments', path: experimentsPath() },
    { name: 'runs', path: runsPath() },
    { name: 'models', path: modelsPath() },
    { name: 'pipelines', path: pipelinesPath() },
    { name: 'deployments', path: deploymentsPath() },
    { name: 'batches', path: batchesPath() },
    { name: 'environments', path: environmentsPath() },
    { name: 'fleet', path: fleetPath() },
    { name: 'monitors', path: monitorsPath() },
    { name: 'lineage', path: lineagePath() },
    { name: 'webhooks', path: webhooksPath() },
    { name: 'reports', path: reportsPath() },
    { name: 'evaluations', path: evaluationsPath() },
    { name: 'activity', path: activityPath() },
    { name: 'activity-events', path: `${activityPath()}?tab=events` },
  ]
  const add = (name: string, path: string | undefined) => {
    if (path !== undefined) pages.push({ name, path })
  }
  const withTabs = (name: string, path: string | undefined, tabs: readonly string[]) => {
    add(name, path)
    for (const tab of tabs) add(`${name}-${tab}`, path === undefined ? undefined : `${path}?tab=${tab}`)
  }
  const dataset = (await slipway.datasets.list({})).items.at(-1)
  add('dataset', dataset && datasetPath(dataset.name))
  withTabs(
    'dataset-version',
    dataset?.latestVersion === undefined ? undefined : datasetVersionPath(dataset.name, dataset.latestVersion),
    ['profile', 'files', 'diff'],
  )
  const runs = (await slipway.runs.search({ limit: 200 })).items
  const run = runs.toSorted((a, b) => b.metrics.length - a.metrics.length)[0]
  add('compare', run && comparisonOf(runs.slice(0, 5).map((each) => each.id)))
  for (const tab of ['curves', 'scatter', 'contour', 'bars', 'differences', 'code', 'importance', 'media']) {
    add(`compare-${tab}`, `${comparisonOf(runs.slice(0, 5).map((each) => each.id))}&tab=${tab}`)
  }
  const report = (await slipway.reports.list({})).items[0]
  add('report', report && reportPath(report.id))
  const webhook = (await slipway.webhooks.list({})).items[0]
  add('webhook', webhook && webhookPath(webhook.id))
  const experiment = run && (await slipway.experiments.get({ experiment: run.experimentId }))
  add('experiment', experiment && experimentPath(experiment.name))
  const trace = (await slipway.traces.search({ limit: 1, orderBy: ['durationMs DESC'] })).items[0]
  const traced = trace && (await slipway.experiments.get({ experiment: trace.experimentId }))
  add('traces', traced && tracesPath(traced.name))
  add('trace', trace && tracePath(trace.id))
  withTabs('run', run && runPath(run.id), ['params', 'artifacts', 'media', 'links'])
  const model = (await slipway.models.list({})).items.at(-1)
  add('model', model && modelPath(model.name))
  withTabs('model-version', model && modelVersionPath(model.name, model.lastVersion), [
    'card',
    'signature',
    'compare',
    'files',
  ])
  const pipeline = (await slipway.pipelines.list({})).items[0]
  withTabs('pipeline', pipeline && pipelinePath(pipeline.name), ['definition', 'versions'])
  const pipelineRun = (await slipway.pipelines.runs.list({})).items[0]
  add('pipeline-run', pipelineRun && pipelineRunPath(pipelineRun.id))
  const deployment = (await slipway.deployments.list({})).items[0]
  withTabs('deployment', deployment && deploymentPath(deployment.name), [
    'rollouts',
    'shadows',
    'tests',
    'replays',
    'predictions',
    'try',
    'call',
  ])
  const prediction = (await slipway.predictions.list({})).items[0]
  add('prediction', prediction && predictionPath(prediction.id))
  add('lineage-back', prediction && `${lineageOf(prediction.id)}&direction=back`)
  const version = model && (await slipway.models.versions.get({ model: model.name, version: 'latest' }))
  add('lineage-around', version && lineageOf(version.id))
  for (const monitor of (await slipway.monitors.list({})).items) {
    withTabs(`monitor-${monitor.kind}`, monitorPath(monitor.name), ['alerts', 'definition'])
  }
  return pages
}
