import type { MetricValue, Run, RunInput, RunOutput, RunRecord } from '../../modules/tracking/index.ts'
import type { Place } from './directory.ts'
import { compact } from './wire-json.ts'

/** Tags that are columns of ours: they are made from the run on the way out, and change it on the way in. */
export const nameTag = 'mlflow.runName'
export const parentTag = 'mlflow.parentRunId'
/** The tag of an input that says what the data was for. */
export const contextTag = 'mlflow.data.context'

export function toMetricMessage(metric: { key: string; value: MetricValue; timestamp: number; step: number }) {
  return { key: metric.key, value: metric.value, timestamp: metric.timestamp, step: metric.step }
}

export function toRunInfo(run: RunRecord, place: Place) {
  return compact({
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: String(place.number),
    user_id: run.createdBy,
    status: run.status,
    start_time: run.startedAt,
    end_time: run.endedAt,
    artifact_uri: `${place.artifactRoot}/${run.id}/artifacts`,
    lifecycle_stage: run.lifecycle,
  })
}

export interface Links {
  readonly inputs: readonly RunInput[]
  readonly outputs: readonly RunOutput[]
}

export function toRunMessage(run: Run, place: Place, links: Links) {
  const toPairs = (pairs: Readonly<Record<string, string>>) =>
    Object.entries(pairs).map(([key, value]) => ({ key, value }))
  const modelOutputs = links.outputs.filter(({ modelId }) => modelId.startsWith('m-'))
  return {
    info: toRunInfo(run, place),
    data: compact({
      metrics: run.metrics.map(toMetricMessage),
      params: toPairs(run.params),
      tags: toPairs({ ...sourceTags(run), ...run.tags, ...ownTags(run) }),
    }),
    inputs: compact({ dataset_inputs: links.inputs.map(toDatasetInput) }),
    outputs: compact({ model_outputs: modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step })) }),
  }
}

function ownTags(run: Run): Record<string, string> {
  return { [nameTag]: run.name, ...(run.parentRunId === undefined ? {} : { [parentTag]: run.parentRunId }) }
}

/** For runs that other clients made: what these clients would have put into tags. */
function sourceTags({ source }: Run): Record<string, string> {
  return compact({
    'mlflow.source.name': source.name,
    'mlflow.source.type': source.type,
    'mlflow.source.git.commit': source.commit,
  }) as Record<string, string>
}

function toDatasetInput(input: RunInput) {
  const { name, digest, sourceType, source, schema, profile } = input
  const context = input.context === '' ? {} : { [contextTag]: input.context }
  const tags = Object.entries({ ...input.tags, ...context }).map(([key, value]) => ({ key, value }))
  return compact({ tags, dataset: compact({ name, digest, source_type: sourceType, source, schema, profile }) })
}
