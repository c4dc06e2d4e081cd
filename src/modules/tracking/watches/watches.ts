import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import type { Metric } from '../metrics/batch.ts'
import { trackingErrors } from '../model.ts'
import { getRunRow } from '../runs/runs.ts'
import type { TrackingTables } from '../tables.ts'
import {
  judgePoints,
  type Watch,
  type WatchedPoint,
  type WatchRule,
  type WatchState,
  watchRecovered,
  watchTripped,
} from './watch.ts'
import * as store from './watch-store.ts'

type StoreTx = TypedTx<TrackingTables>

export interface NewWatch {
  /** Id or name. */
  readonly experiment: string
  readonly name: string
  readonly metric: string
  readonly rule: WatchRule
}

interface WatchedRun {
  readonly id: string
  readonly experimentId: string
}

/** How long another server's change of the watches may go unnoticed: a batch must not pay a query for it. */
const freshMs = 2_000

export interface Watches {
  /** Replaces the watch of this name. Its rule is judged with each batch from now on. */
  setWatch(input: NewWatch): Promise<Watch>
  listWatches(experiment: string): Promise<Watch[]>
  deleteWatch(experiment: string, name: string): Promise<void>
  /** How the metrics of a run stand with the watches that have looked at them. */
  watchStates(runId: string): Promise<WatchState[]>
}

/** What logging asks of watches. */
export interface WatchLook {
  /**
   * Looks at what a batch brings, in its transaction: what trips is on record exactly when the points are. Costs a look
   * into memory where an experiment has no watches, and two statements a watched metric where it has.
   */
  lookAt(tx: StoreTx, run: WatchedRun, metrics: readonly Metric[], now: number): Promise<void>
}

export function createWatches(ctx: TrackingContext): WatchLook & { readonly door: Watches } {
  const known = new Map<string, { readonly watches: readonly Watch[]; readonly until: number }>()

  async function experimentId(ref: string): Promise<string> {
    const experiment = await findExperimentRow(ctx.db.read, ref)
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    return experiment.id
  }

  async function watchesOf(tx: StoreTx, id: string): Promise<readonly Watch[]> {
    const kept = known.get(id)
    const now = ctx.clock.now()
    if (kept !== undefined && kept.until > now) return kept.watches
    const watches = await store.listWatchRows(tx.query, id)
    known.set(id, { watches, until: now + freshMs })
    return watches
  }

  async function record(
    tx: StoreTx,
    run: WatchedRun,
    given: { readonly watch: Watch; readonly metric: string; readonly points: readonly WatchedPoint[] },
    row: TrackingTables['tracking_watch_states'] | undefined,
  ): Promise<void> {
    const { watch, metric, points } = given
    const before = row === undefined ? undefined : store.toMemory(row)
    const { memory, tripped, recovered } = judgePoints({ rule: watch.rule, metric }, before, points)
    const isChanged = before?.isTripped !== memory.isTripped || tripped !== undefined
    // Its place does not matter to this rule.
    if (watch.rule.kind === 'notFinite' && !isChanged) return
    await store.putStateRow(tx.query, {
      watchId: watch.id,
      watch: watch.name,
      runId: run.id,
      metric,
      ...memory,
      isTripped: memory.isTripped ? 1 : 0,
      summary: tripped ?? row?.summary ?? null,
      changedAt: isChanged ? ctx.clock.now() : (row?.changedAt ?? ctx.clock.now()),
    })
    const { id: watchId, name } = watch
    const about = { watchId, watch: name, experimentId: run.experimentId, runId: run.id, metric }
    if (tripped !== undefined) await ctx.events.emit(tx, watchTripped, run.id, { ...about, summary: tripped })
    if (recovered !== undefined) await ctx.events.emit(tx, watchRecovered, run.id, { ...about, summary: recovered })
  }

  async function lookAt(tx: StoreTx, run: WatchedRun, metrics: readonly Metric[], now: number): Promise<void> {
    const watches = await watchesOf(tx, run.experimentId)
    if (watches.length === 0) return
    const byKey = pointsByKey(metrics, watches, now)
    if (byKey.size === 0) return
    const rows = new Map(
      (await store.findStateRows(tx.query, run.id)).map((row) => [`${row.watchId} ${row.metric}`, row]),
    )
    for (const watch of watches) {
      for (const [metric, points] of byKey) {
        if (watch.metric !== '*' && watch.metric !== metric) continue
        await record(tx, run, { watch, metric, points }, rows.get(`${watch.id} ${metric}`))
      }
    }
  }

  return {
    lookAt,
    door: {
      setWatch: async ({ experiment, ...given }) => {
        const now = ctx.clock.now()
        const id = await experimentId(experiment)
        const watch = { id: ctx.ids('wat'), experimentId: id, ...given, createdAt: now, updatedAt: now }
        const kept = await ctx.db.transaction((tx) => store.putWatchRow(tx.query, watch))
        known.delete(id)
        return kept
      },

      listWatches: async (experiment) => store.listWatchRows(ctx.db.read, await experimentId(experiment)),

      deleteWatch: async (experiment, name) => {
        const id = await experimentId(experiment)
        const isDeleted = await ctx.db.transaction((tx) => store.deleteWatchRow(tx.query, id, name))
        known.delete(id)
        if (!isDeleted) throw trackingErrors.watch_not_found({ experiment, watch: name })
      },

      watchStates: async (runId) => {
        await getRunRow(ctx.db.read, runId)
        return (await store.findStateRows(ctx.db.read, runId)).map(store.toWatchState)
      },
    },
  }
}

function pointsByKey(metrics: readonly Metric[], watches: readonly Watch[], now: number): Map<string, WatchedPoint[]> {
  const wanted = new Set(watches.map((watch) => watch.metric))
  const all = wanted.has('*')
  const byKey = new Map<string, WatchedPoint[]>()
  for (const { key, value, step = 0, timestamp = now } of metrics) {
    if (!all && !wanted.has(key)) continue
    const point = { step, timestamp, value: Number(value) }
    const own = byKey.get(key)
    if (own === undefined) byKey.set(key, [point])
    else own.push(point)
  }
  return byKey
}
