import { canonicalJson } from '../../kernel/json.ts'
import * as alerts from './alert-store.ts'
import type { MonitoringContext } from './context.ts'
import type { Evaluator } from './evaluate.ts'
import { evaluateWindows } from './jobs.ts'
import { type Monitor, type MonitorDefinition, monitoringErrors, type WindowEvaluation } from './model.ts'
import type { MonitorRecord } from './monitor-store.ts'
import * as monitors from './monitor-store.ts'
import { clear } from './record-window.ts'
import type { Monitoring } from './service.ts'
import * as windows from './window-store.ts'

export function createMonitoring(ctx: MonitoringContext, evaluator: Evaluator): Monitoring {
  const { db, platform } = ctx

  async function record(name: string): Promise<MonitorRecord> {
    const found = await monitors.findMonitor(db.read, name)
    if (found === undefined) throw monitoringErrors.monitor_not_found({ monitor: name })
    return found
  }

  async function show(monitor: MonitorRecord): Promise<Monitor> {
    const { id, definition, modelVersionId, baselineId, problem, createdAt, updatedAt } = monitor
    const isAlerting = (await alerts.findOpenAlert(db.read, id)) !== undefined
    const newest = await windows.listWindows(db.read, { monitorId: id, limit: definition.persistence.last })
    // Windows that could not be judged say nothing: a monitor of a misspelled feature is not a healthy one.
    const isJudged = newest.items.some(({ state }) => state !== 'insufficient')
    const health = isAlerting ? 'alerting' : isJudged ? 'healthy' : 'unknown'
    return { ...definition, id, createdAt, updatedAt, modelVersionId, baselineId, problem, health }
  }

  async function applyMonitor(definition: MonitorDefinition): Promise<Monitor> {
    const known = await monitors.findMonitor(db.read, definition.name)
    if (known !== undefined && canonicalJson(known.definition) === canonicalJson(definition)) return show(known)
    const now = platform.clock.now()
    const id = known?.id ?? platform.ids('mon')
    await db.transaction(async (tx) => {
      if (known !== undefined && isOtherSeries(known.definition, definition)) {
        const open = await alerts.findOpenAlert(tx.query, id)
        const reason = 'the monitor was changed'
        if (open !== undefined) await clear(ctx, tx, { open, reason, position: 0 })
        await monitors.deleteWindows(tx.query, id)
      }
      const blank = { modelVersionId: undefined, baselineId: undefined, position: undefined, problem: undefined }
      await monitors.upsertMonitor(tx.query, { id, definition, ...blank, createdAt: now, updatedAt: now })
      await platform.jobs.enqueue(tx, evaluateWindows, { monitorId: id })
    })
    return show(await record(definition.name))
  }

  function named(window: windows.WindowRecord, monitor: MonitorRecord): WindowEvaluation {
    const { position: _position, nextPosition: _next, labelMark: _mark, judgedMark: _judged, ...rest } = window
    return { ...rest, monitor: monitor.definition.name }
  }

  return {
    applyMonitor,
    getMonitor: async (name) => show(await record(name)),
    async listMonitors(query) {
      const page = await monitors.listMonitors(db.read, query)
      return { ...page, items: await Promise.all(page.items.map(show)) }
    },
    async deleteMonitor(name) {
      const monitor = await record(name)
      await db.transaction(async (tx) => {
        const open = await alerts.findOpenAlert(tx.query, monitor.id)
        if (open !== undefined) await clear(ctx, tx, { open, reason: 'the monitor was deleted', position: 0 })
        await monitors.deleteMonitor(tx.query, monitor.id)
      })
    },
    async evaluateMonitor(name) {
      const { id } = await record(name)
      return evaluator.evaluate(id)
    },
    async listWindows({ monitor: name, limit, cursor }) {
      const monitor = await record(name)
      const page = await windows.listWindows(db.read, { monitorId: monitor.id, limit, cursor })
      return { ...page, items: page.items.map((window) => named(window, monitor)) }
    },
    async getWindow(id) {
      const window = await windows.findWindow(db.read, id)
      if (window === undefined) throw monitoringErrors.window_not_found({ window: id })
      return named(window, await record(window.monitorId))
    },
    listAlerts: (query) => alerts.listAlerts(db.read, query),
    async getAlert(id) {
      const alert = await alerts.findAlert(db.read, id)
      if (alert === undefined) throw monitoringErrors.alert_not_found({ alert: id })
      return alert
    },
  }
}

/** Positions of rows and of time do not mix, nor do windows of another deployment: the series starts anew. */
function isOtherSeries(before: MonitorDefinition, after: MonitorDefinition): boolean {
  const shape = ({ kind, deployment, window, reference }: MonitorDefinition) =>
    canonicalJson([kind, deployment, window, reference])
  return shape(before) !== shape(after)
}
