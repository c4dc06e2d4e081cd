import { type Kysely, type Selectable, sql } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Alert } from './model.ts'
import type { MonitoringTables } from './tables.ts'
import type { Series } from './window-store.ts'

type Db = Kysely<MonitoringTables>

/** Answers false when the monitor has an open alert already. */
export async function insertAlert(db: Db, alert: Alert): Promise<boolean> {
  const result = await db
    .insertInto('monitoring_alerts')
    .values({
      ...alert,
      deployment: alert.deployment ?? '',
      modelVersionId: alert.modelVersionId ?? '',
      runId: alert.runId ?? null,
      features: JSON.stringify(alert.features),
      windowIds: JSON.stringify(alert.windowIds),
      closedAt: null,
      closedPosition: null,
      closedBecause: null,
    })
    // A literal: SQLite matches a partial index by its text, not by a parameter.
    .onConflict((conflict) => conflict.columns(['monitorId']).where('state', '=', sql.lit('open')).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export interface Closing {
  readonly at: number
  readonly because: string
  /** Windows before this position count no more for the next alert. */
  readonly position: number
}

/** Answers false when it was closed already. */
export async function closeAlert(db: Db, id: string, closing: Closing): Promise<boolean> {
  const result = await db
    .updateTable('monitoring_alerts')
    .set({ state: 'closed', closedAt: closing.at, closedBecause: closing.because, closedPosition: closing.position })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return Number(result.numUpdatedRows) > 0
}

export async function findOpenAlert(db: Db, monitorId: string): Promise<Alert | undefined> {
  const row = await db
    .selectFrom('monitoring_alerts')
    .selectAll()
    .where('monitorId', '=', monitorId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return row === undefined ? undefined : toAlert(row)
}

export async function listOpenOfRun(db: Db, runId: string): Promise<Alert[]> {
  const open = db.selectFrom('monitoring_alerts').selectAll().where('runId', '=', runId).where('state', '=', 'open')
  return (await open.execute()).map(toAlert)
}

/** From where on windows of the series count for a new alert: what the last closed one left behind. */
export async function lastClosedPosition(db: Db, series: Series): Promise<number | undefined> {
  const row = await db
    .selectFrom('monitoring_alerts')
    .select((select) => select.fn.max('closedPosition').as('position'))
    .where('monitorId', '=', series.monitorId)
    .where('modelVersionId', '=', series.modelVersionId)
    .executeTakeFirst()
  return row?.position === null || row?.position === undefined ? undefined : Number(row.position)
}

export async function findAlert(db: Db, id: string): Promise<Alert | undefined> {
  const row = await db.selectFrom('monitoring_alerts').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toAlert(row)
}

export interface AlertFilter extends PageQuery {
  readonly deployment?: string | undefined
  readonly monitor?: string | undefined
  readonly run?: string | undefined
  readonly state?: 'open' | 'closed' | undefined
}

/** Newest first. */
export function listAlerts(db: Db, filter: AlertFilter): Promise<Page<Alert>> {
  let select = db.selectFrom('monitoring_alerts').selectAll()
  if (filter.deployment !== undefined) select = select.where('deployment', '=', filter.deployment)
  if (filter.monitor !== undefined) select = select.where('monitor', '=', filter.monitor)
  if (filter.run !== undefined) select = select.where('runId', '=', filter.run)
  if (filter.state !== undefined) select = select.where('state', '=', filter.state)
  return readPage(select, { id: 'desc' }, filter, toAlert)
}

function toAlert(row: Selectable<MonitoringTables['monitoring_alerts']>): Alert {
  const { closedPosition: _position, closedAt, closedBecause, deployment, modelVersionId, runId, ...rest } = row
  return {
    ...rest,
    ...(runId === null ? { deployment, modelVersionId } : { runId }),
    kind: row.kind as Alert['kind'],
    state: row.state as Alert['state'],
    features: JSON.parse(row.features) as string[],
    windowIds: JSON.parse(row.windowIds) as string[],
    ...(closedAt === null ? {} : { closedAt }),
    ...(closedBecause === null ? {} : { closedBecause }),
  }
}
