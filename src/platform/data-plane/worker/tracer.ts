import type { RequestMetadata, TraceCounts } from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import { openHttpWire } from '../../runtimes/index.ts'
import type { BatchItem } from './batcher.ts'
import { type TraceContext, traceOf } from './trace-context.ts'
import { spanCount, type TracedPrediction, toExport } from './trace-spans.ts'

/**
 * Traces of predictions, sent over OTLP/HTTP after the answers are gone. It never waits and never holds more than so many:
 * what a slow collector does not take is dropped and counted.
 */
export interface Tracer {
  /** Undefined: the request is not traced. */
  sample(id: string, metadata: RequestMetadata | undefined): TraceContext | undefined
  add(prediction: TracedPrediction): void
  readonly counts: TraceCounts
  /** Sends what is left, for at most a second. */
  close(): Promise<void>
}

/** Told once, when a traced prediction is over: with the item that ran, or with the error that kept it from running. */
export type EndTrace = (end: Pick<BatchItem, 'addedAt' | 'begunAt' | 'run' | 'outcome'>) => void

export interface TracerOptions {
  /** Where OTLP/HTTP is taken: `http://collector:4318/v1/traces`. */
  readonly url: string
  /** Percent of the requests without a trace of their own. */
  readonly samplePercent: number
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly onCounts: (counts: TraceCounts) => void
}

/** Written as JSON at once, in well under a millisecond. */
const batchSize = 64
const maxWaiting = 2048
const lingerMs = 500
const timeoutMs = 5000
const retryPauseMs = 1000
const attempts = 3
const closeLimitMs = 1000
const retryable = new Set([429, 502, 503, 504])

export function createTracer(options: TracerOptions): Tracer {
  const { url, clock } = options
  const wire = openHttpWire({ url, connections: 1, timeoutMs, answerBytes: 1024 * 1024 })
  const headers = { 'content-type': 'application/json', ...options.headers }
  let waiting: TracedPrediction[] = []
  let sentCount = 0
  let droppedCount = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let isClosing = false

  /** True when it is taken or refused for good. */
  async function post(body: Buffer): Promise<'taken' | 'refused' | 'later'> {
    try {
      const { status } = await wire.send({ method: 'POST', path: '', headers, body })
      if (status >= 200 && status < 300) return 'taken'
      return retryable.has(status) ? 'later' : 'refused'
    } catch {
      return 'later'
    }
  }

  async function sendBatch(batch: readonly TracedPrediction[]): Promise<void> {
    const body = Buffer.from(toExport(batch, clock.now() - clock.monotonic()))
    let outcome = await post(body)
    for (let attempt = 1; outcome === 'later' && attempt < attempts && !isClosing; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs * attempt).unref())
      outcome = await post(body)
    }
    const spans = batch.reduce((sum, each) => sum + spanCount(each), 0)
    if (outcome === 'taken') sentCount += spans
    else droppedCount += spans
    options.onCounts({ sentCount, droppedCount })
  }

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize)
      waiting = waiting.slice(batchSize)
      await sendBatch(batch)
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    sending ??= send().finally(() => {
      sending = undefined
    })
  }

  return {
    sample: (id, metadata) => traceOf(id, metadata, options.samplePercent),
    add: (prediction) => {
      if (waiting.length >= maxWaiting) {
        droppedCount += spanCount(prediction)
        return
      }
      waiting.push(prediction)
      if (waiting.length >= batchSize) flush()
      else timer ??= setTimeout(flush, lingerMs).unref()
    },
    get counts() {
      return { sentCount, droppedCount }
    },
    close: async () => {
      isClosing = true
      flush()
      await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, closeLimitMs).unref())])
      wire.close()
    },
  }
}
