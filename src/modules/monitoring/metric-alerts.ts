/** What watches on the metrics of runs find becomes alerts, beside those of the monitors. */
import type { Event, Subscription } from '../../kernel/event.ts'
import { runFinished, watchRecovered, watchTripped } from '../tracking/index.ts'
import { findOpenAlert, listOpenOfRun } from './alert-store.ts'
import type { MonitoringContext } from './context.ts'
import { clear, raise } from './record-window.ts'

/** One reader for the three, because their order matters: what recovered must not be raised afterwards. */
export function metricAlerts(ctx: MonitoringContext): Subscription {
  const types = [watchTripped.type, watchRecovered.type, runFinished.type]
  return { name: 'monitoring.watches', types, handle: (event) => handle(ctx, event) }
}

async function handle(ctx: MonitoringContext, { type, payload }: Event): Promise<void> {
  if (type === watchTripped.type) return open(ctx, watchTripped.payload.parse(payload))
  if (type === watchRecovered.type) {
    const found = watchRecovered.payload.parse(payload)
    return close(ctx, keyOf(found), found.summary)
  }
  const { runId, status } = runFinished.payload.parse(payload)
  const reason = `the run ended: ${status}`
  for (const alert of await listOpenOfRun(ctx.db.read, runId)) await close(ctx, alert.monitorId, reason)
}

interface Found {
  readonly watchId: string
  readonly watch: string
  readonly runId: string
  readonly metric: string
  readonly summary: string
}

/** One alert may be open for each watch, run and metric. */
const keyOf = ({ watchId, runId, metric }: Found) => `${watchId}/${runId}/${metric}`

function open(ctx: MonitoringContext, found: Found): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    await raise(ctx, tx, {
      id: ctx.platform.ids('alr'),
      monitor: found.watch,
      monitorId: keyOf(found),
      kind: 'metric',
      runId: found.runId,
      state: 'open',
      summary: found.summary,
      features: [],
      windowIds: [],
      raisedAt: ctx.platform.clock.now(),
    })
  })
}

function close(ctx: MonitoringContext, monitorId: string, reason: string): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    const alert = await findOpenAlert(tx.query, monitorId)
    if (alert !== undefined) await clear(ctx, tx, { open: alert, reason, position: 0 })
  })
}
