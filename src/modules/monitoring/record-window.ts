import type { TypedTx } from '../../platform/db/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import { decideAlert } from './alert-rule.ts'
import * as alerts from './alert-store.ts'
import type { MonitoringContext } from './context.ts'
import { type Alert, alertCleared, alertRaised, windowEvaluated } from './model.ts'
import { type MonitorRecord, setPosition } from './monitor-store.ts'
import type { MonitoringTables } from './tables.ts'
import { insertWindow, latestSufficient, reviseWindow, type WindowRecord } from './window-store.ts'

type Transaction = TypedTx<MonitoringTables>

export interface EvaluatedWindow {
  readonly monitor: MonitorRecord
  readonly window: WindowRecord
  readonly baselineDatasetVersionId?: string | undefined
}

/**
 * Writes a window, new or revised, with all that follows from it: the monitor's position, the event, and an alert raised
 * or cleared. Everything or nothing; false when somebody else wrote this window first.
 */
export async function recordWindow(ctx: MonitoringContext, evaluated: EvaluatedWindow): Promise<boolean> {
  const { monitor, window } = evaluated
  const outcome = await ctx.db.transaction(async (tx) => {
    const isNew = window.revision === 1
    const isWritten = isNew ? await insertWindow(tx.query, window) : await reviseWindow(tx.query, window)
    if (isNew) await setPosition(tx.query, monitor.id, window.nextPosition)
    if (!isWritten) return { isWritten, isRaised: false }
    await ctx.platform.events.emit(tx, windowEvaluated, window.id, {
      windowId: window.id,
      monitor: monitor.definition.name,
      deployment: window.deployment,
      modelVersionId: window.modelVersionId,
      state: window.state,
      revision: window.revision,
      baselineDatasetVersionId: evaluated.baselineDatasetVersionId,
    })
    return { isWritten, isRaised: await updateAlert(ctx, tx, evaluated) }
  })
  if (outcome.isWritten) faultPoint('monitoring.window.evaluated')
  if (outcome.isRaised) faultPoint('monitoring.alert.raised')
  return outcome.isWritten
}

/** Answers whether an alert was raised. */
async function updateAlert(ctx: MonitoringContext, tx: Transaction, evaluated: EvaluatedWindow): Promise<boolean> {
  const { monitor, window } = evaluated
  const { persistence, kind } = monitor.definition
  const series = { monitorId: monitor.id, modelVersionId: window.modelVersionId }
  const fromPosition = (await alerts.lastClosedPosition(tx.query, series)) ?? 0
  const windows = await latestSufficient(tx.query, series, { fromPosition, limit: persistence.last })
  const open = await alerts.findOpenAlert(tx.query, monitor.id)
  const act = decideAlert({ windows, persistence, kind, isOpen: open !== undefined })
  if (act.act === 'clear' && open !== undefined) {
    await clear(ctx, tx, { open, reason: act.reason, position: windows[0]?.nextPosition ?? 0 })
  }
  if (act.act !== 'raise') return false
  return raise(ctx, tx, {
    id: ctx.platform.ids('alr'),
    monitor: monitor.definition.name,
    monitorId: monitor.id,
    kind,
    deployment: window.deployment,
    modelVersionId: window.modelVersionId,
    state: 'open',
    summary: act.summary,
    features: act.features,
    windowIds: act.windowIds,
    raisedAt: ctx.platform.clock.now(),
  })
}

/** Answers false when the alert is open already. */
export async function raise(ctx: MonitoringContext, tx: Transaction, alert: Alert): Promise<boolean> {
  if (!(await alerts.insertAlert(tx.query, alert))) return false
  const { id: alertId, monitor, deployment, modelVersionId, runId, windowIds, summary } = alert
  const payload = { alertId, monitor, deployment, modelVersionId, runId, windowIds, summary }
  await ctx.platform.events.emit(tx, alertRaised, alertId, payload)
  return true
}

export interface Clearing {
  readonly open: Alert
  readonly reason: string
  readonly position: number
}

/** Closes an open alert and says so; once. */
export async function clear(ctx: MonitoringContext, tx: Transaction, clearing: Clearing): Promise<void> {
  const { open, reason, position } = clearing
  const at = ctx.platform.clock.now()
  if (!(await alerts.closeAlert(tx.query, open.id, { at, because: reason, position }))) return
  const { id: alertId, monitor, deployment, runId } = open
  const payload = { alertId, monitor, deployment, runId, reason }
  await ctx.platform.events.emit(tx, alertCleared, open.id, payload)
}
