import type { Metric } from '../../sdk/index.ts'
import type { SyncContext } from './sync-context.ts'

/** How far the points of a metric are known to be on the server. */
export interface SentPoints {
  readonly count: number
  /** Begin of the last page that was read, and how many points come before it. */
  readonly cursor?: string
  readonly before: number
}
export type SentMetrics = Record<string, SentPoints>

const pageSize = 1000
/** The most that `runs log` takes. */
const batchSize = 10_000

interface Points {
  readonly runId: string
  readonly counts: readonly { readonly key: string; readonly count: number }[]
  readonly sent: SentMetrics
  /** Keeps how far it came; called after each batch that the server has. */
  readonly keep: (sent: SentMetrics) => void
}

/** How many points of a run the server does not have. */
export function waitingPoints(counts: Points['counts'], sent: SentMetrics): number {
  return counts.reduce((sum, { key, count }) => sum + Math.max(0, count - (sent[key]?.count ?? 0)), 0)
}

/**
 * Sends the points that the server does not have, in their order (step, time, value), the metrics one after the other.
 * A page that was sent in part is sent again, and a metric into which earlier points were logged meanwhile from its
 * begin: the server keeps each point once.
 */
export async function sendPoints(context: SyncContext, { runId, counts, sent, keep }: Points): Promise<void> {
  const { from, to, signal } = context
  const reached: SentMetrics = { ...sent }
  let batch: Metric[] = []
  const flush = async () => {
    if (batch.length === 0) return
    await to.runs.log({ runId, metrics: batch }, { signal })
    context.sent.points += batch.length
    batch = []
    keep({ ...reached })
    context.onProgress()
  }
  const send = async (key: string, start: SentPoints): Promise<void> => {
    let { cursor, before } = start
    for (;;) {
      const at = cursor === undefined ? {} : { cursor }
      const page = await from.runs.metrics.history({ runId, key, limit: pageSize, ...at }, { signal })
      if (batch.length + page.items.length > batchSize) await flush()
      for (const point of page.items) batch.push({ key, ...point })
      reached[key] = { before, count: before + page.items.length, ...at }
      if (page.nextCursor === undefined) return
      cursor = page.nextCursor
      before += page.items.length
    }
  }
  for (const { key, count } of counts) {
    if (sent[key]?.count === count) continue
    await send(key, sent[key] ?? { count: 0, before: 0 })
    if ((reached[key]?.count ?? 0) < count) await send(key, { count: 0, before: 0 })
  }
  await flush()
}
