import type { Field } from '../../kernel/filter.ts'
import type { Experiment } from '../../modules/tracking/index.ts'
import { toPlace } from './directory.ts'
import type { Fields } from './fields.ts'
import { type Rpc, rpc } from './rpc.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

const read = 'experiments:read'
const write = 'experiments:write'
const maxNameLength = 500
const maxTagKeyLength = 250

export function toExperimentMessage(experiment: Experiment) {
  return compact({
    experiment_id: String(experiment.number),
    name: experiment.name,
    artifact_location: toPlace(experiment).artifactRoot,
    lifecycle_stage: experiment.lifecycle,
    creation_time: experiment.createdAt,
    last_update_time: experiment.updatedAt,
    tags: Object.entries(experiment.tags).map(([key, value]) => ({ key, value })),
  })
}

/** ACTIVE_ONLY, DELETED_ONLY or ALL as our lifecycle. */
export function lifecycleOf(fields: Fields, name: string): 'active' | 'deleted' | 'all' {
  const view = fields.choice(name, ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL']) ?? 'ACTIVE_ONLY'
  return view === 'ALL' ? 'all' : view === 'DELETED_ONLY' ? 'deleted' : 'active'
}

const names = new Map([
  ['creation_time', 'createdAt'],
  ['last_update_time', 'updatedAt'],
  ['experiment_id', 'number'],
])

const fieldName = (field: Field): Field =>
  field.entity?.startsWith('tag') ? field : { ...field, key: names.get(field.key) ?? field.key }

function checkName(name: string): string {
  if (name.trim() === '') throw invalid(`Invalid experiment name: '${name}'`)
  if (name.length > maxNameLength) {
    throw invalid(`'name' exceeds the maximum length of ${maxNameLength} characters: it has ${name.length}`)
  }
  return name
}

export const experimentRoutes: readonly Rpc[] = [
  rpc('POST mlflow/experiments/create', {
    allow: write,
    run: async ({ tracking }, fields) => {
      const experiment = await tracking.createExperiment({
        name: checkName(fields.required('name')),
        artifactLocation: fields.filled('artifact_location'),
        tags: fields.pairs('tags'),
      })
      return { experiment_id: String(experiment.number) }
    },
  }),
  rpc('GET|POST mlflow/experiments/search', {
    allow: read,
    run: async ({ tracking }, fields) => {
      const page = await tracking.searchExperiments({
        filter: fields.filled('filter'),
        orderBy: fields.texts('order_by'),
        lifecycle: lifecycleOf(fields, 'view_type'),
        limit: fields.limit('max_results', { fallback: 1000, most: 50_000 }),
        cursor: fields.filled('page_token'),
        fieldName,
      })
      return compact({ experiments: page.items.map(toExperimentMessage), next_page_token: page.nextCursor })
    },
  }),
  rpc('GET mlflow/experiments/get', {
    allow: read,
    run: async ({ directory }, fields) => ({
      experiment: toExperimentMessage(await directory.experiment(fields.required('experiment_id'))),
    }),
  }),
  rpc('GET mlflow/experiments/get-by-name', {
    allow: read,
    run: async ({ tracking }, fields) => {
      const name = fields.required('experiment_name')
      const experiment = await tracking.findExperiment(name)
      if (experiment?.name !== name) {
        throw wireError('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${name}'`)
      }
      return { experiment: toExperimentMessage(experiment) }
    },
  }),
  rpc('POST mlflow/experiments/update', {
    allow: write,
    run: async ({ tracking, directory }, fields) => {
      const { id } = await directory.experiment(fields.required('experiment_id'))
      const name = checkName(fields.required('new_name'))
      const other = await tracking.findExperiment(name)
      // To create one of a taken name is RESOURCE_ALREADY_EXISTS; to rename to it is this.
      if (other !== undefined && other.id !== id) throw wireError('BAD_REQUEST', `Experiment '${name}' already exists.`)
      await tracking.updateExperiment(id, { name })
      return {}
    },
  }),
  rpc('POST mlflow/experiments/delete', {
    allow: write,
    run: async ({ tracking, directory }, fields) => {
      await tracking.deleteExperiment((await directory.experiment(fields.required('experiment_id'))).id)
      return {}
    },
  }),
  rpc('POST mlflow/experiments/restore', {
    allow: write,
    run: async ({ tracking, directory }, fields) => {
      await tracking.restoreExperiment((await directory.experiment(fields.required('experiment_id'))).id)
      return {}
    },
  }),
  rpc('POST mlflow/experiments/set-experiment-tag', {
    allow: write,
    run: async ({ tracking, directory }, fields) => {
      const { id } = await directory.experiment(fields.required('experiment_id'))
      const key = fields.required('key')
      if (key.length > maxTagKeyLength)
        throw invalid(`'key' exceeds the maximum length of ${maxTagKeyLength} characters.`)
      await tracking.updateExperiment(id, { tags: { [key]: fields.present('value') } })
      return {}
    },
  }),
  rpc('POST mlflow/experiments/delete-experiment-tag', {
    allow: write,
    run: async ({ tracking, directory }, fields) => {
      const experiment = await directory.experiment(fields.required('experiment_id'))
      const key = fields.required('key')
      if (!(key in experiment.tags)) {
        throw wireError(
          'RESOURCE_DOES_NOT_EXIST',
          `No tag with name: ${key} in experiment with id ${experiment.number}`,
        )
      }
      await tracking.updateExperiment(experiment.id, { tags: { [key]: null } })
      return {}
    },
  }),
]
