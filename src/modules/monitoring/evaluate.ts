import { canonicalJson } from '../../kernel/json.ts'
import type { MonitoringContext } from './context.ts'
import { type Baseline, createBaselineReader, judgeNextDrift } from './drift.ts'
import { findMonitor, type MonitorRecord } from './monitor-store.ts'
import { judgeLabels, judgeNextQuality } from './quality-window.ts'
import { type EvaluatedWindow, recordWindow } from './record-window.ts'
import { followChampion } from './target.ts'
import { labeledRows, type WindowRange } from './window-range.ts'
import { listStale, setJudged, type WindowRecord } from './window-store.ts'

export interface Evaluator {
  /** Evaluates every complete window of a monitor; answers how many it wrote. Stops between two windows on the signal. */
  evaluate(monitorId: string, signal?: AbortSignal): Promise<number>
  /** Recomputes the quality windows for which labels came; answers how many changed. */
  relabel(monitorId: string): Promise<number>
}

export function createEvaluator(ctx: MonitoringContext): Evaluator {
  const readBaseline = createBaselineReader(ctx)
  const turns = new Map<string, Promise<unknown>>()

  /** One at a time per monitor: two would do the same work, and one of them for nothing. */
  function inTurn(monitorId: string, work: () => Promise<number>): Promise<number> {
    const turn = (turns.get(monitorId) ?? Promise.resolve()).then(work, work)
    turns.set(monitorId, turn)
    const leave = () => {
      if (turns.get(monitorId) === turn) turns.delete(monitorId)
    }
    turn.then(leave, leave)
    return turn
  }

  async function evaluateAll(monitorId: string, signal: AbortSignal | undefined): Promise<number> {
    for (let count = 0; ; ) {
      signal?.throwIfAborted()
      const record = await findMonitor(ctx.db.read, monitorId)
      const monitor = record === undefined ? undefined : await followChampion(ctx, record)
      const evaluated = monitor === undefined ? undefined : await evaluateNext(monitor)
      if (evaluated === undefined) return count
      if (await recordWindow(ctx, evaluated)) count++
    }
  }

  async function evaluateNext(monitor: MonitorRecord): Promise<EvaluatedWindow | undefined> {
    if (monitor.definition.kind === 'quality') {
      const next = await judgeNextQuality(ctx, monitor)
      if (next === undefined) return undefined
      const { state, quality } = next.judgement
      const judged = { state, quality, summary: quality.why, driftedFeatures: [], features: [] }
      return { monitor, window: { ...frame(monitor, next.range), ...judged } }
    }
    const baseline = await readBaseline(monitor.baselineId ?? '')
    const next = await judgeNextDrift(ctx, monitor, baseline)
    if (next === undefined) return undefined
    const { driftedFeatures, features, ...judged } = next.judgement
    const window: WindowRecord = {
      ...frame(monitor, next.range),
      ...judged,
      baselineId: baseline.record.id,
      driftedFeatures: [...driftedFeatures],
      features: [...features],
    }
    return { monitor, window, baselineDatasetVersionId: datasetOf(baseline) }
  }

  function frame(monitor: MonitorRecord, range: WindowRange) {
    return {
      id: ctx.platform.ids('win'),
      monitorId: monitor.id,
      deployment: monitor.definition.deployment,
      modelVersionId: range.modelVersionId,
      position: range.position,
      nextPosition: range.nextPosition,
      from: range.from,
      to: range.to,
      rows: range.rowCount,
      // Labels that came between the reading and the writing would be missed: a new window is looked at once more.
      labelMark: 1,
      judgedMark: monitor.definition.kind === 'quality' ? 0 : 1,
      revision: 1,
      evaluatedAt: ctx.platform.clock.now(),
    }
  }

  async function relabelAll(monitorId: string): Promise<number> {
    const monitor = await findMonitor(ctx.db.read, monitorId)
    if (monitor === undefined || monitor.definition.kind !== 'quality') return 0
    let count = 0
    for (const window of await listStale(ctx.db.read, monitorId)) {
      if (await relabelWindow({ ...monitor, modelVersionId: window.modelVersionId }, window)) count++
    }
    return count
  }

  async function relabelWindow(monitor: MonitorRecord, window: WindowRecord): Promise<boolean> {
    const labeled = await labeledRows(ctx, monitor, { ...window, rowCount: window.rows })
    const { state, quality } = await judgeLabels(ctx, monitor, { rowCount: window.rows, labeled })
    const judgedMark = window.labelMark
    if (canonicalJson(quality) === canonicalJson(window.quality)) {
      await ctx.db.transaction((tx) => setJudged(tx.query, window.id, judgedMark))
      return false
    }
    const revised: WindowRecord = {
      ...window,
      state,
      quality,
      summary: quality.why,
      judgedMark,
      revision: window.revision + 1,
      evaluatedAt: ctx.platform.clock.now(),
    }
    return recordWindow(ctx, { monitor, window: revised })
  }

  return {
    evaluate: (monitorId, signal) =>
      inTurn(monitorId, async () => {
        const count = await evaluateAll(monitorId, signal)
        await relabelAll(monitorId)
        return count
      }),
    relabel: (monitorId) => inTurn(monitorId, () => relabelAll(monitorId)),
  }
}

function datasetOf(baseline: Baseline): string | undefined {
  const { source } = baseline.record
  return source.kind === 'dataset' ? source.datasetVersionId : undefined
}
