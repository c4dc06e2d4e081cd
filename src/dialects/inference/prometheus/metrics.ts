import {
  latencyBounds,
  type ModelStatistics,
  type ServedModel,
  type TraceCounts,
} from '../../../platform/inference/index.ts'

type Totals = ModelStatistics['totals']

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly value: (totals: Totals) => number
  /** More labels than model and version. */
  readonly labels?: string
}

const micros = (ns: number) => Math.round(ns / 1000)
const failure = (reason: string, value: Metric['value']): Metric => ({
  name: 'nv_inference_request_failure',
  type: 'counter',
  help: 'Number of failed inference requests by reason.',
  labels: `,reason="${reason}"`,
  value,
})

/** Metrics of one name stand together, as the format wants it. */
const metrics: readonly Metric[] = [
  {
    name: 'nv_inference_request_success',
    type: 'counter',
    help: 'Number of successful inference requests.',
    value: ({ success }) => success,
  },
  failure('BACKEND', ({ failed }) => failed),
  failure('REJECTED', ({ overloaded }) => overloaded),
  failure('CANCELED', ({ abandoned }) => abandoned),
  {
    name: 'nv_inference_count',
    type: 'counter',
    help: 'Number of rows inferred: a request of n rows counts n.',
    value: ({ rows }) => rows,
  },
  {
    name: 'nv_inference_exec_count',
    type: 'counter',
    help: 'Number of runs of the model: requests that ran together count once.',
    value: ({ runs }) => runs,
  },
  {
    name: 'nv_inference_request_duration_us',
    type: 'counter',
    help: 'Cumulative time of requests, end to end, in microseconds.',
    value: ({ successNs, failNs }) => micros(successNs + failNs),
  },
  {
    name: 'nv_inference_queue_duration_us',
    type: 'counter',
    help: 'Cumulative time of requests in the queue, in microseconds.',
    value: ({ queueNs }) => micros(queueNs),
  },
  {
    name: 'nv_inference_compute_input_duration_us',
    type: 'counter',
    help: 'Cumulative time of joining the inputs of requests, in microseconds.',
    value: ({ inputNs }) => micros(inputNs),
  },
  {
    name: 'nv_inference_compute_infer_duration_us',
    type: 'counter',
    help: 'Cumulative time of requests in the model, in microseconds.',
    value: ({ inferNs }) => micros(inferNs),
  },
  {
    name: 'nv_inference_compute_output_duration_us',
    type: 'counter',
    help: 'Cumulative time of cutting the outputs of requests, in microseconds.',
    value: ({ outputNs }) => micros(outputNs),
  },
  {
    name: 'nv_inference_pending_request_count',
    type: 'gauge',
    help: 'Requests that wait for the model now.',
    value: ({ pending }) => pending,
  },
  {
    name: 'nv_cache_num_hits_per_model',
    type: 'counter',
    help: 'Number of requests answered from the response cache.',
    value: ({ cacheHit }) => cacheHit,
  },
  {
    name: 'nv_cache_num_misses_per_model',
    type: 'counter',
    help: 'Number of requests that the response cache did not have.',
    value: ({ cacheMiss }) => cacheMiss,
  },
  {
    name: 'nv_cache_hit_duration_per_model',
    type: 'counter',
    help: 'Cumulative time of finding answers in the response cache, in microseconds.',
    value: ({ cacheHitNs }) => micros(cacheHitNs),
  },
  {
    name: 'nv_cache_miss_duration_per_model',
    type: 'counter',
    help: 'Cumulative time of looking in vain in the response cache, in microseconds.',
    value: ({ cacheMissNs }) => micros(cacheMissNs),
  },
  {
    name: 'slipway_inference_rejected_total',
    type: 'counter',
    help: 'Requests refused before the model because their input does not fit it.',
    value: ({ invalid }) => invalid,
  },
  {
    name: 'slipway_inference_last_time_seconds',
    type: 'gauge',
    help: 'When the model last answered, in seconds since 1970.',
    value: ({ lastAt }) => lastAt / 1000,
  },
]

const histogram = 'slipway_inference_request_duration_seconds'

export function describeMetrics(
  models: readonly ServedModel[],
  statistics: readonly ModelStatistics[],
  traces: TraceCounts | undefined,
): string {
  const lines: string[] = []
  const begin = (name: string, type: string, help: string) => {
    const head = `# TYPE ${name} ${type}`
    if (!lines.includes(head)) lines.push(`# HELP ${name} ${help}`, head)
  }
  for (const { name, type, help, value, labels = '' } of metrics) {
    begin(name, type, help)
    for (const each of statistics) lines.push(`${name}{${labelsOf(each)}${labels}} ${value(each.totals)}`)
  }
  begin(histogram, 'histogram', 'Time of answered requests in the server, end to end, in seconds.')
  for (const each of statistics) lines.push(...buckets(each))
  begin('slipway_deployment_ready', 'gauge', 'Whether a deployment can answer.')
  for (const { name, ready } of models)
    lines.push(`slipway_deployment_ready{model="${escaped(name)}"} ${ready ? 1 : 0}`)
  if (traces !== undefined) {
    begin('slipway_trace_spans_total', 'counter', 'Spans of predictions that were sent, and those that were dropped.')
    lines.push(`slipway_trace_spans_total{outcome="sent"} ${traces.sentCount}`)
    lines.push(`slipway_trace_spans_total{outcome="dropped"} ${traces.droppedCount}`)
  }
  return `${lines.join('\n')}\n`
}

function buckets(each: ModelStatistics): string[] {
  const labels = labelsOf(each)
  let below = 0
  const lines = each.latency.map((count, index) => {
    below += count
    return `${histogram}_bucket{${labels},le="${latencyBounds[index] ?? '+Inf'}"} ${below}`
  })
  return [
    ...lines,
    `${histogram}_sum{${labels}} ${each.totals.successNs / 1e9}`,
    `${histogram}_count{${labels}} ${below}`,
  ]
}

function labelsOf({ deployment, version }: ModelStatistics): string {
  return `model="${escaped(deployment)}",version="${escaped(version)}"`
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')
}
