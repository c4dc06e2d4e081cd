import type { Run, RunChanges } from '../../modules/tracking/index.ts'
import { RunStatus } from '../../modules/tracking/index.ts'
import { lifecycleOf } from './experiments.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { nameTag, parentTag, toRunInfo, toRunMessage } from './run-message.ts'
import { runFieldName } from './run-search-names.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** `run_id`, or `run_uuid` from clients of before it was renamed. */
export function runIdOf(fields: Fields): string {
  return fields.filled('run_id') ?? fields.filled('run_uuid') ?? fields.required('run_id')
}

async function toMessages(mlflow: Mlflow, runs: readonly Run[]): Promise<object[]> {
  const links = await mlflow.tracking.listLinks(runs.map((run) => run.id))
  const messages: object[] = []
  for (const run of runs) {
    const place = await mlflow.directory.placeOf(run.experimentId)
    messages.push(toRunMessage(run, place, links.get(run.id) ?? { inputs: [], outputs: [] }))
  }
  return messages
}

async function toMessage(mlflow: Mlflow, run: Run): Promise<object | undefined> {
  return (await toMessages(mlflow, [run]))[0]
}

/** Splits off the tags that are columns of a run. */
export function splitTags(tags: Readonly<Record<string, string>>): {
  tags: Record<string, string>
  changes: RunChanges
} {
  const { [nameTag]: name, [parentTag]: parentRunId, ...rest } = tags
  return { tags: rest, changes: compact({ name, parentRunId }) }
}

async function createRun(mlflow: Mlflow, fields: Fields, principalId: string): Promise<object> {
  const experiment = await mlflow.directory.experiment(fields.text('experiment_id'))
  const { tags, changes } = splitTags(fields.pairs('tags'))
  const name = fields.filled('run_name')
  if (name !== undefined && changes.name !== undefined && name !== changes.name) {
    throw invalid(
      `Both 'run_name' argument and '${nameTag}' tag are specified, but with different values (run_name='${name}', ${nameTag}='${changes.name}').`,
    )
  }
  const run = await mlflow.tracking.createRun({
    experimentId: experiment.id,
    name: name ?? changes.name,
    parentRunId: changes.parentRunId,
    startedAt: fields.int('start_time'),
    createdBy: fields.filled('user_id') ?? tags['mlflow.user'] ?? principalId,
    tags,
    source: compact({
      type: tags['mlflow.source.type'],
      name: tags['mlflow.source.name'],
      commit: tags['mlflow.source.git.commit'],
    }),
  })
  const message = await toMessage(mlflow, run)
  // A new run has made nothing: its outputs are not even empty.
  return { run: { ...message, outputs: undefined } }
}

async function searchRuns(mlflow: Mlflow, fields: Fields): Promise<object> {
  const experiments: string[] = []
  for (const id of fields.texts('experiment_ids')) {
    const experiment = await mlflow.directory.findExperiment(id)
    if (experiment !== undefined) experiments.push(experiment.id)
  }
  const query = {
    experiments,
    filter: fields.filled('filter'),
    orderBy: fields.texts('order_by'),
    lifecycle: lifecycleOf(fields, 'run_view_type'),
    limit: fields.limit('max_results', { fallback: 1000, most: 50_000 }),
    cursor: fields.filled('page_token'),
    fieldName: runFieldName,
  }
  // No experiment, or none that exists, means no runs here; in our own search it means all.
  if (experiments.length === 0) return {}
  const page = await mlflow.tracking.searchRuns(query)
  return compact({ runs: await toMessages(mlflow, page.items), next_page_token: page.nextCursor })
}

/** The run that a call writes into. */
export function ofRun(fields: Fields): string {
  return `run:${runIdOf(fields)}`
}

/** Who may write into a run may nest runs in it. */
function ofNewRun(fields: Fields): string {
  const { [parentTag]: parent } = fields.pairs('tags')
  return parent === undefined ? `experiment:${fields.text('experiment_id')}` : `run:${parent}`
}

export const runRoutes: readonly Rpc[] = [
  rpc('POST mlflow/runs/create', {
    allow: 'runs:write',
    subject: ofNewRun,
    run: (mlflow, fields, request) => createRun(mlflow, fields, request.principal.id),
  }),
  rpc('GET mlflow/runs/get', {
    allow: 'runs:read',
    run: async (mlflow, fields) => ({ run: await toMessage(mlflow, await mlflow.tracking.getRun(runIdOf(fields))) }),
  }),
  rpc('POST mlflow/runs/update', {
    allow: 'runs:write',
    subject: ofRun,
    run: async ({ tracking, directory }, fields) => {
      const run = await tracking.updateRun(runIdOf(fields), {
        name: fields.filled('run_name'),
        status: fields.choice('status', RunStatus.options),
        endedAt: fields.int('end_time'),
      })
      return { run_info: toRunInfo(run, await directory.placeOf(run.experimentId)) }
    },
  }),
  rpc('POST mlflow/runs/delete', {
    allow: 'runs:admin',
    subject: ofRun,
    run: async ({ tracking }, fields) => {
      await tracking.deleteRun(fields.required('run_id'))
      return {}
    },
  }),
  rpc('POST mlflow/runs/restore', {
    allow: 'runs:admin',
    subject: ofRun,
    run: async ({ tracking }, fields) => {
      await tracking.restoreRun(fields.required('run_id'))
      return {}
    },
  }),
  rpc('POST mlflow/runs/search', { allow: 'runs:read', run: searchRuns }),
]
