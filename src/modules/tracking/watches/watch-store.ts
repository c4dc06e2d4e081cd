/** SQL of watches and of how runs stand with them. */
import type { Kysely } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import type { Watch, WatchMemory, WatchState } from './watch.ts'

type Db = Kysely<TrackingTables>
type StateRow = TrackingTables['tracking_watch_states']

export async function listWatchRows(db: Db, experimentId: string): Promise<Watch[]> {
  const rows = await db
    .selectFrom('tracking_watches')
    .selectAll()
    .where('experimentId', '=', experimentId)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ ...row, rule: JSON.parse(row.rule) }))
}

/** Writes the watch of this name anew; answers it with the id it has kept. */
export async function putWatchRow(db: Db, watch: Watch): Promise<Watch> {
  const { metric, updatedAt } = watch
  const rule = JSON.stringify(watch.rule)
  const row = await db
    .insertInto('tracking_watches')
    .values({ ...watch, rule })
    .onConflict((conflict) => conflict.columns(['experimentId', 'name']).doUpdateSet({ metric, rule, updatedAt }))
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...row, rule: JSON.parse(row.rule) }
}

/** Deletes the watch; false when there was none. What it found stays with the runs until they are erased. */
export async function deleteWatchRow(db: Db, experimentId: string, name: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom('tracking_watches')
    .where('experimentId', '=', experimentId)
    .where('name', '=', name)
    .executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

export function findStateRows(db: Db, runId: string): Promise<StateRow[]> {
  return db
    .selectFrom('tracking_watch_states')
    .selectAll()
    .where('runId', '=', runId)
    .orderBy('watch')
    .orderBy('metric')
    .execute()
}

export function toMemory(row: StateRow): WatchMemory {
  const { lastStep, lastTimestamp, best, bestStep } = row
  return { isTripped: row.isTripped === 1, lastStep, lastTimestamp, best, bestStep }
}

export function toWatchState(row: StateRow): WatchState {
  const { watchId, watch, runId, metric, summary, changedAt } = row
  const state = row.isTripped === 1 ? 'tripped' : 'ok'
  return { watchId, watch, runId, metric, state, changedAt, ...(summary === null ? {} : { summary }) }
}

export async function putStateRow(db: Db, row: StateRow): Promise<void> {
  const { watchId: _watch, runId: _run, metric: _metric, ...changes } = row
  await db
    .insertInto('tracking_watch_states')
    .values(row)
    .onConflict((conflict) => conflict.columns(['runId', 'watchId', 'metric']).doUpdateSet(changes))
    .execute()
}

export async function deleteStateRows(db: Db, runId: string): Promise<void> {
  await db.deleteFrom('tracking_watch_states').where('runId', '=', runId).execute()
}
