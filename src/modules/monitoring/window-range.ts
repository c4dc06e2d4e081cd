import type { WindowRow } from '../predictions/index.ts'
import type { MonitoringContext } from './context.ts'
import type { MonitorRecord } from './monitor-store.ts'

/** A complete window: its place and how to read its rows. */
export interface WindowRange {
  readonly modelVersionId: string
  /** Prediction seq (by rows: begins after it) or event time (by time). */
  readonly position: number
  readonly nextPosition: number
  readonly rowCount: number
  readonly from: number
  readonly to: number
}

/** Rows read at once: a page of 5 000 is parsed in about 20 ms, which other requests can wait for. */
const pageRows = 5_000

type Visit = (row: WindowRow) => void

/**
 * Walks the window after the monitor's position, page by page; answers undefined (after visiting what there is) when it is
 * not complete. By rows it is complete when full. By time it is complete when a prediction beyond its end is known:
 * event time may be replayed, so the wall clock says nothing.
 */
export async function walkNextWindow(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
  visit: Visit,
): Promise<WindowRange | undefined> {
  const { window, deployment } = monitor.definition
  const modelVersionId = monitor.modelVersionId
  if (modelVersionId === undefined) return undefined
  if ('rows' in window)
    return walkRows(ctx, { deployment, modelVersionId, afterSeq: monitor.position ?? 0, rows: window.rows }, visit)
  const start = monitor.position ?? (await firstStart(ctx, { deployment, modelVersionId, ms: window.ms }))
  if (start === undefined) return undefined
  return walkTime(ctx, { deployment, modelVersionId, start, ms: window.ms }, visit)
}

interface ByRows {
  readonly deployment: string
  readonly modelVersionId: string
  readonly afterSeq: number
  readonly rows: number
}

async function walkRows(ctx: MonitoringContext, query: ByRows, visit: Visit): Promise<WindowRange | undefined> {
  // Cheaper than reading a window that cannot be full: seq grows by one for each prediction of any deployment.
  const newest = await ctx.predictions.predictionWindow({ deployment: query.deployment, lastRows: 1 })
  if ((newest.rows[0]?.seq ?? 0) - query.afterSeq < query.rows) return undefined
  const span = createSpan(visit)
  let afterSeq = query.afterSeq
  while (span.count() < query.rows) {
    const limit = Math.min(pageRows, query.rows - span.count())
    const { rows } = await ctx.predictions.predictionWindow({ ...query, afterSeq, limit })
    for (const row of rows) span.add(row)
    afterSeq = rows.at(-1)?.seq ?? afterSeq
    if (rows.length < limit) return undefined
  }
  return span.range({ modelVersionId: query.modelVersionId, position: query.afterSeq, nextPosition: afterSeq })
}

/** The start of the window that the version's first prediction falls into: windows begin at multiples of their length. */
async function firstStart(
  ctx: MonitoringContext,
  query: { readonly deployment: string; readonly modelVersionId: string; readonly ms: number },
): Promise<number | undefined> {
  const { deployment, modelVersionId } = query
  const { rows } = await ctx.predictions.predictionWindow({ deployment, modelVersionId, afterSeq: 0, limit: 1 })
  const first = rows[0]
  return first === undefined ? undefined : Math.floor(first.eventAt / query.ms) * query.ms
}

interface ByTime {
  readonly deployment: string
  readonly modelVersionId: string
  readonly start: number
  readonly ms: number
}

async function walkTime(ctx: MonitoringContext, query: ByTime, visit: Visit): Promise<WindowRange | undefined> {
  const { deployment, modelVersionId, ms } = query
  const newest = await ctx.predictions.predictionWindow({ deployment, lastRows: 1 })
  const watermark = newest.rows[0]?.eventAt ?? 0
  // Rows of several workers are recorded in turns, so the newest row need not be the latest event.
  const isPast = async (to: number) =>
    to <= watermark || (await ctx.predictions.predictionWindow({ deployment, from: to, limit: 1 })).rows.length > 0
  // Time without predictions is skipped in one step, however long, and not recorded as windows.
  const next = await ctx.predictions.nextEventAt({ deployment, modelVersionId, from: query.start })
  if (next === undefined) return undefined
  const from = query.start + Math.floor((next - query.start) / ms) * ms
  const to = from + ms
  if (!(await isPast(to))) return undefined
  const span = createSpan(visit)
  for await (const row of pagesOf(ctx, { deployment, modelVersionId, from, to })) span.add(row)
  return { ...span.range({ modelVersionId, position: from, nextPosition: to }), from, to }
}

interface Frame {
  readonly deployment: string
  readonly modelVersionId: string
  readonly from?: number
  readonly to?: number
  readonly labeledOnly?: boolean
}

/** Rows in order of recording, read a page at a time. */
export async function* pagesOf(ctx: MonitoringContext, frame: Frame, afterSeq = 0): AsyncGenerator<WindowRow> {
  for (let last = afterSeq; ; ) {
    const { rows } = await ctx.predictions.predictionWindow({ ...frame, afterSeq: last, limit: pageRows })
    yield* rows
    if (rows.length < pageRows) return
    last = rows.at(-1)?.seq ?? last
  }
}

/** The labeled rows of a window that was walked before. */
export async function labeledRows(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
  range: WindowRange,
): Promise<WindowRow[]> {
  const { deployment, window } = monitor.definition
  const frame = { deployment, modelVersionId: range.modelVersionId, labeledOnly: true }
  const labeled: WindowRow[] = []
  if ('ms' in window) {
    for await (const row of pagesOf(ctx, { ...frame, from: range.from, to: range.to })) labeled.push(row)
    return labeled
  }
  for await (const row of pagesOf(ctx, frame, range.position)) {
    if (row.seq > range.nextPosition) break
    labeled.push(row)
  }
  return labeled
}

/** Counts rows and notes their first and last event time. */
function createSpan(visit: Visit) {
  let count = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  return {
    count: () => count,
    add(row: WindowRow) {
      count++
      from = Math.min(from, row.eventAt)
      to = Math.max(to, row.eventAt)
      visit(row)
    },
    range: (place: Pick<WindowRange, 'modelVersionId' | 'position' | 'nextPosition'>): WindowRange => ({
      ...place,
      rowCount: count,
      from,
      to: to + 1,
    }),
  }
}
