import type { Kysely, Selectable } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { MonitorDefinition } from './model.ts'
import type { MonitoringTables } from './tables.ts'

type Db = Kysely<MonitoringTables>

/** A monitor as stored: its definition and what it watches now. */
export interface MonitorRecord {
  readonly id: string
  readonly definition: MonitorDefinition
  readonly modelVersionId: string | undefined
  readonly baselineId: string | undefined
  readonly position: number | undefined
  readonly problem: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

export async function upsertMonitor(db: Db, record: MonitorRecord): Promise<void> {
  const { name, deployment, kind } = record.definition
  const changing = { deployment, kind, definition: JSON.stringify(record.definition), updatedAt: record.updatedAt }
  await db
    .insertInto('monitoring_monitors')
    .values({
      id: record.id,
      name,
      ...changing,
      modelVersionId: null,
      baselineId: null,
      position: null,
      problem: null,
      createdAt: record.createdAt,
    })
    // A changed definition may need another reference: it is looked up again before the next window.
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ ...changing, modelVersionId: null, baselineId: null }),
    )
    .execute()
}

export async function findMonitor(db: Db, nameOrId: string): Promise<MonitorRecord | undefined> {
  const row = await db
    .selectFrom('monitoring_monitors')
    .selectAll()
    .where((where) => where.or([where('name', '=', nameOrId), where('id', '=', nameOrId)]))
    .executeTakeFirst()
  return row === undefined ? undefined : toRecord(row)
}

export function listMonitors(
  db: Db,
  query: PageQuery & { readonly deployment?: string | undefined },
): Promise<Page<MonitorRecord>> {
  let monitors = db.selectFrom('monitoring_monitors').selectAll()
  if (query.deployment !== undefined) monitors = monitors.where('deployment', '=', query.deployment)
  return readPage(monitors, { name: 'asc' }, query, toRecord)
}

/** All monitors of a deployment, by name. */
export async function listMonitorsOf(db: Db, deployment: string): Promise<MonitorRecord[]> {
  const monitors = db.selectFrom('monitoring_monitors').selectAll().where('deployment', '=', deployment)
  return (await monitors.orderBy('name').execute()).map(toRecord)
}

export interface Target {
  readonly modelVersionId: string
  readonly baselineId: string | undefined
  readonly position: number | undefined
}

/** Points the monitor at another model version and its reference. */
export async function setTarget(db: Db, id: string, target: Target): Promise<void> {
  await db
    .updateTable('monitoring_monitors')
    .set({
      modelVersionId: target.modelVersionId,
      baselineId: target.baselineId ?? null,
      position: target.position ?? null,
      problem: null,
    })
    .where('id', '=', id)
    .execute()
}

export async function setPosition(db: Db, id: string, position: number): Promise<void> {
  await db.updateTable('monitoring_monitors').set({ position, problem: null }).where('id', '=', id).execute()
}

export async function setProblem(db: Db, id: string, problem: string): Promise<void> {
  await db.updateTable('monitoring_monitors').set({ problem }).where('id', '=', id).execute()
}

export async function deleteWindows(db: Db, id: string): Promise<void> {
  await db.deleteFrom('monitoring_windows').where('monitorId', '=', id).execute()
}

export async function deleteMonitor(db: Db, id: string): Promise<void> {
  await deleteWindows(db, id)
  await db.deleteFrom('monitoring_monitors').where('id', '=', id).execute()
}

function toRecord(row: Selectable<MonitoringTables['monitoring_monitors']>): MonitorRecord {
  return {
    id: row.id,
    definition: JSON.parse(row.definition) as MonitorDefinition,
    modelVersionId: row.modelVersionId ?? undefined,
    baselineId: row.baselineId ?? undefined,
    position: row.position ?? undefined,
    problem: row.problem ?? undefined,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
