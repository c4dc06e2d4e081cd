import type { Deployment, Variant } from '../serving/index.ts'
import * as alerts from './alert-store.ts'
import type { BaselineSource } from './baseline-store.ts'
import type { MonitoringContext } from './context.ts'
import type { MonitorDefinition } from './model.ts'
import { findMonitor, type MonitorRecord, setProblem, setTarget } from './monitor-store.ts'
import { clear } from './record-window.ts'
import { ensureReference } from './reference.ts'
import { pagesOf } from './window-range.ts'
import { seriesEnd } from './window-store.ts'

/** The version a deployment stands for: its first variant, which takes the traffic that the others leave. */
export function championOf(deployment: Deployment): Variant | undefined {
  return deployment.variants[0]
}

/**
 * Points a monitor at the version its deployment serves now, with that version's reference. When the version changed,
 * an open alert is closed: it spoke of the model before. Answers the monitor when it can be evaluated.
 */
export async function followChampion(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
): Promise<MonitorRecord | undefined> {
  const { definition } = monitor
  const deployment = await ctx.serving.findDeployment(definition.deployment)
  const champion = deployment === undefined ? undefined : championOf(deployment)
  if (champion === undefined) return fail(ctx, monitor, `deployment ${definition.deployment} serves no model yet`)
  if (monitor.modelVersionId === champion.modelVersionId) return monitor
  const version = await ctx.registry.resolve(champion.modelVersionId)
  const reference = definition.kind === 'quality' ? undefined : await ensureReference(ctx, definition, version)
  if (reference !== undefined && 'problem' in reference) return fail(ctx, monitor, reference.problem)
  const series = { monitorId: monitor.id, modelVersionId: version.id }
  const known = await seriesEnd(ctx.db.read, series)
  const isPromoted = monitor.modelVersionId !== undefined
  const first = isPromoted
    ? await presentPosition(ctx, { definition, modelVersionId: version.id, at: deployment?.updatedAt ?? 0 })
    : undefined
  const position = known ?? first ?? firstPosition(definition, reference?.baseline.source)
  const label = `${version.model}/${version.version}`
  await ctx.db.transaction(async (tx) => {
    await setTarget(tx.query, monitor.id, { modelVersionId: version.id, baselineId: reference?.baseline.id, position })
    const open = await alerts.findOpenAlert(tx.query, monitor.id)
    if (open === undefined || open.modelVersionId === version.id) return
    const reason = `deployment ${definition.deployment} serves ${label} now`
    const end = await seriesEnd(tx.query, { monitorId: monitor.id, modelVersionId: open.modelVersionId ?? '' })
    await clear(ctx, tx, { open, reason, position: end ?? 0 })
  })
  return findMonitor(ctx.db.read, monitor.id)
}

interface Promotion {
  readonly definition: MonitorDefinition
  readonly modelVersionId: string
  readonly at: number
}

/**
 * A version that took over is watched from then on: what it answered as a canary was the canary's matter. The time window
 * in which it took over counts whole, so that windows stay aligned and nothing after the promotion is missed.
 */
async function presentPosition(ctx: MonitoringContext, promotion: Promotion): Promise<number | undefined> {
  const { deployment, window, reference } = promotion.definition
  if (reference === 'predictions') return undefined
  let last: { readonly seq: number; readonly eventAt: number } | undefined
  for await (const row of pagesOf(ctx, { deployment, modelVersionId: promotion.modelVersionId })) {
    if (row.at >= promotion.at) break
    last = { seq: row.seq, eventAt: Math.max(row.eventAt, last?.eventAt ?? 0) }
  }
  if (last === undefined) return undefined
  return 'ms' in window ? Math.floor(last.eventAt / window.ms) * window.ms : last.seq
}

/** Windows of predictions begin with the first one, or after those that are the reference themselves. */
function firstPosition(definition: MonitorDefinition, source: BaselineSource | undefined): number | undefined {
  const isByTime = 'ms' in definition.window
  if (source?.kind !== 'predictions') return isByTime ? undefined : 0
  return isByTime ? source.lastEventAt + 1 : source.lastSeq
}

async function fail(ctx: MonitoringContext, monitor: MonitorRecord, problem: string): Promise<undefined> {
  if (monitor.problem !== problem) await ctx.db.transaction((tx) => setProblem(tx.query, monitor.id, problem))
  return undefined
}
