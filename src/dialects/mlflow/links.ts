import type { NewInput } from '../../modules/tracking/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { contextTag } from './run-message.ts'
import { ofRun } from './runs.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Largest parts of a dataset description that the protocol allows, in characters. */
const limits = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215 } as const

function toInput(fields: Fields, index: number): NewInput {
  const dataset = fields.message('dataset')
  if (dataset === undefined) throw invalid(`Missing value for required parameter 'datasets[${index}].dataset'.`)
  for (const [name, most] of Object.entries(limits)) {
    const { length } = dataset.text(name) ?? ''
    if (length > most) throw invalid(`Dataset ${name} exceeds the maximum length of ${most}: it has ${length}`)
  }
  const { [contextTag]: context, ...tags } = fields.pairs('tags')
  return {
    name: dataset.required('name'),
    digest: dataset.required('digest'),
    sourceType: dataset.required('source_type'),
    source: dataset.required('source'),
    schema: dataset.text('schema'),
    profile: dataset.text('profile'),
    context,
    tags,
  }
}

/** Which datasets the runs of some experiments read: the newest runs are looked at, as many as fit a page. */
async function searchDatasets({ tracking, directory }: Mlflow, fields: Fields): Promise<object> {
  const summaries = new Map<string, object>()
  for (const given of fields.texts('experiment_ids').slice(0, 20)) {
    const experiment = await directory.findExperiment(given)
    if (experiment === undefined) continue
    const page = await tracking.searchRuns({
      experiments: [experiment.id],
      filter: 'datasets.name IS NOT NULL',
      lifecycle: 'all',
      limit: 1000,
    })
    const links = await tracking.listLinks(page.items.map((run) => run.id))
    for (const { inputs } of links.values()) {
      for (const { name, digest, context } of inputs) {
        const summary = { experiment_id: String(experiment.number), name, digest, ...(context && { context }) }
        summaries.set(JSON.stringify(summary), summary)
      }
    }
  }
  return compact({ dataset_summaries: [...summaries.values()].slice(0, 1000) })
}

export const linkRoutes: readonly Rpc[] = [
  rpc('POST mlflow/runs/log-inputs', {
    allow: 'runs:write',
    subject: ofRun,
    run: async ({ tracking }, fields) => {
      const inputs = fields.messages('datasets').map(toInput)
      if (inputs.length > 1000) throw invalid(`log_inputs takes at most 1000 datasets, got ${inputs.length}`)
      await tracking.recordInputs(fields.required('run_id'), inputs)
      return {}
    },
  }),
  rpc('POST mlflow/runs/outputs', {
    allow: 'runs:write',
    subject: ofRun,
    run: async ({ tracking }, fields) => {
      const outputs = fields
        .messages('models')
        .map((model) => ({ modelId: model.required('model_id'), step: model.int('step') ?? 0 }))
      await tracking.recordOutputs(fields.required('run_id'), outputs)
      return {}
    },
  }),
  rpc('POST mlflow/experiments/search-datasets', { allow: 'runs:read', run: searchDatasets }),
]
