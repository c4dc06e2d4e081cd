import { randomHex, type TraceContext } from './trace-context.ts'

/** What is known of a traced prediction once it is over; times are monotonic ms. */
export interface TracedPrediction {
  readonly context: TraceContext
  readonly predictionId: string
  readonly deployment: string
  readonly variant: string
  readonly version: string
  readonly modelVersionId: string
  readonly rows: number
  readonly startedAt: number
  readonly endedAt: number
  /** Absent for a request that was refused or answered from the cache. */
  readonly queue?: { readonly addedAt: number; readonly begunAt: number } | undefined
  readonly run?: { readonly rows: number; readonly durationMs: number } | undefined
  readonly problem?: string | undefined
}

/**
 * The body of an export in the JSON of OTLP 1 (opentelemetry-proto, ExportTraceServiceRequest): for each prediction one
 * server span, with its wait and its run under it. `epochMs` is what a monotonic time of 0 is on the clock of the world.
 */
export function toExport(predictions: readonly TracedPrediction[], epochMs: number): string {
  const spans = predictions.flatMap((prediction) => spansOf(prediction, epochMs))
  const resource = { attributes: [text('service.name', 'slipway')] }
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'slipway.serving' }, spans }] }] })
}

/** Spans of one export: what counts against the collector. */
export function spanCount({ queue, run }: TracedPrediction): number {
  return 1 + (queue === undefined ? 0 : 1) + (run === undefined ? 0 : 1)
}

const internal = 1
const server = 2

function spansOf(prediction: TracedPrediction, epochMs: number): object[] {
  const { context, startedAt, endedAt, queue, run, problem } = prediction
  const { traceId, parentId } = context
  const spanId = randomHex(8)
  const at = (ms: number) => `${Math.round((epochMs + ms) * 1000)}000`
  const child = (name: string, [from, to]: readonly [number, number], attributes: object[] = []) => ({
    ...{ traceId, spanId: randomHex(8), parentSpanId: spanId, name, kind: internal },
    ...{ startTimeUnixNano: at(from), endTimeUnixNano: at(to), attributes },
  })
  const spans: object[] = [
    {
      traceId,
      spanId,
      ...(parentId === undefined ? {} : { parentSpanId: parentId }),
      name: `predict ${prediction.deployment}`,
      kind: server,
      startTimeUnixNano: at(startedAt),
      endTimeUnixNano: at(endedAt),
      attributes: attributesOf(prediction),
      ...(problem === undefined ? {} : { status: { code: 2, message: problem } }),
    },
  ]
  if (queue !== undefined) spans.push(child('queue', [queue.addedAt, queue.begunAt]))
  if (queue !== undefined && run !== undefined) {
    const shared = [integer('slipway.batch_rows', run.rows)]
    spans.push(child('run', [queue.begunAt, queue.begunAt + run.durationMs], shared))
  }
  return spans
}

function attributesOf(prediction: TracedPrediction): object[] {
  return [
    text('slipway.prediction_id', prediction.predictionId),
    text('slipway.deployment', prediction.deployment),
    text('slipway.variant', prediction.variant),
    text('slipway.version', prediction.version),
    text('slipway.model_version_id', prediction.modelVersionId),
    integer('slipway.rows', prediction.rows),
  ]
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } }
}

/** 64-bit integers are texts in this JSON. */
function integer(key: string, value: number): object {
  return { key, value: { intValue: String(value) } }
}
