import type { Assessment, NewTrace, Trace } from '../../modules/tracking/index.ts'
import { TraceState } from '../../modules/tracking/index.ts'
import type { Place } from './directory.ts'
import type { Fields } from './fields.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** `1.500s`, `2s`: protobuf's text of a duration has no fraction, or three digits of it. */
function toDuration(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 3)}s`
}

/** Protobuf's text of a time: `2026-11-21T12:36:54.905Z`, and without the fraction when it is zero. */
function toTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^(-?\d+(?:\.\d+)?)s$/.exec(text)?.[1]
  if (seconds === undefined) throw invalid(`Invalid value "${text}" for parameter 'execution_duration' supplied.`)
  return Math.round(Number(seconds) * 1000)
}

function readTime(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalid(`Invalid value "${text}" for parameter 'request_time' supplied.`)
  return ms
}

/** The experiment that a location names; other kinds of locations belong to a managed service. */
export function experimentOf(location: Fields | undefined): string {
  const id = location?.message('mlflow_experiment')?.filled('experiment_id')
  if (id === undefined) throw invalid("Missing value for required parameter 'mlflow_experiment.experiment_id'.")
  return id
}

/** `experimentId` is ours. */
export function readTraceInfo(info: Fields, experimentId: string): NewTrace {
  const metadata = textsOf(info.message('trace_metadata'))
  const tags = textsOf(info.message('tags'))
  return {
    id: info.required('trace_id'),
    name: tags['mlflow.traceName'],
    runId: metadata['mlflow.sourceRun'],
    experimentId,
    state: info.choice('state', TraceState.options, 0) ?? 'STATE_UNSPECIFIED',
    startedAt: readTime(info.required('request_time')),
    durationMs: readDuration(info.filled('execution_duration')),
    clientRequestId: info.filled('client_request_id'),
    requestPreview: info.text('request_preview'),
    responsePreview: info.text('response_preview'),
    metadata,
    tags,
  }
}

function textsOf(fields: Fields | undefined): Record<string, string> {
  if (fields === undefined) return {}
  return Object.fromEntries(fields.names().map((name) => [name, fields.text(name) ?? '']))
}

export function toAssessmentMessage(assessment: Assessment): object {
  return {
    ...assessment.body,
    assessment_id: assessment.id,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    create_time: toTime(assessment.createdAt),
    last_update_time: toTime(assessment.updatedAt),
  }
}

export function toTraceInfo(trace: Trace, place: Place): object {
  return compact({
    trace_id: trace.id,
    client_request_id: trace.clientRequestId,
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: String(place.number) },
    },
    request_preview: trace.requestPreview,
    response_preview: trace.responsePreview,
    request_time: toTime(trace.startedAt),
    execution_duration: trace.durationMs === undefined ? undefined : toDuration(trace.durationMs),
    state: trace.state,
    trace_metadata: trace.metadata,
    assessments: trace.assessments.map(toAssessmentMessage),
    tags: {
      ...trace.tags,
      // Spans that are here are not uploaded as an artifact, and are asked for with the trace.
      ...(trace.spanCount > 0 ? { 'mlflow.trace.spansLocation': 'TRACKING_STORE' } : {}),
      'mlflow.artifactLocation': `${place.artifactRoot}/traces/${trace.id}/artifacts`,
    },
  })
}
