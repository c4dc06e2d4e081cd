import { type Expression, type SqlBool, sql } from 'kysely'
import type { TypedDatabase, TypedTx } from '../db/index.ts'
import type { AttemptRow, JobRow, JobTables, StoredState } from './tables.ts'

type JobTx = TypedTx<JobTables>

/**
 * State as a literal: with a bound parameter neither database can prove that a partial index applies, and the claim
 * would walk the whole backlog.
 */
export function inState(state: StoredState): Expression<SqlBool> {
  return sql<SqlBool>`"state" = ${sql.lit(state)}`
}

export interface Claim {
  readonly type: string
  readonly limit: number
  readonly owner: string
  readonly leaseUntil: number
  readonly now: number
}

/** Takes up to `limit` queued jobs: highest priority first, then longest due. */
export async function claimJobs(tx: JobTx, claim: Claim): Promise<JobRow[]> {
  // MATERIALIZED: PostgreSQL may otherwise run the subquery more than once and, skipping locked rows, take too many.
  const claimed = await sql<JobRow>`
    WITH picked AS MATERIALIZED (
      SELECT "id" FROM "jobs_jobs" WHERE ${inState('queued')} AND "type" = ${claim.type}
      ORDER BY "priority" DESC, "dueAt", "id" LIMIT ${claim.limit} ${tx.dialect.skipLocked})
    UPDATE "jobs_jobs" SET "state" = 'running', "token" = "token" + 1, "attempt" = "attempt" + 1,
      "owner" = ${claim.owner}, "claimedAt" = ${claim.now}, "leaseUntil" = ${claim.leaseUntil}
    WHERE "id" IN (SELECT "id" FROM picked)
    RETURNING *`.execute(tx.query)
  // RETURNING keeps no order.
  return claimed.rows.sort((a, b) => b.priority - a.priority || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
}

/** Makes delayed jobs claimable once they are due. */
export async function promoteDue(tx: JobTx, now: number): Promise<void> {
  await tx.query
    .updateTable('jobs_jobs')
    .set({ state: 'queued' })
    .where(inState('delayed'))
    .where('dueAt', '<=', now)
    .execute()
}

/** When the earliest delayed job is due. */
export async function nextDueAt(tx: JobTx): Promise<number | undefined> {
  const row = await tx.query
    .selectFrom('jobs_jobs')
    .select('dueAt')
    .where(inState('delayed'))
    .orderBy('dueAt')
    .limit(1)
    .executeTakeFirst()
  return row?.dueAt
}

/** Extends leases; answers what is still held and whether someone asked to cancel it. */
export function renewLeases(
  tx: JobTx,
  held: { readonly owner: string; readonly ids: readonly string[]; readonly leaseUntil: number },
): Promise<Pick<JobRow, 'id' | 'token' | 'isCancelRequested'>[]> {
  return tx.query
    .updateTable('jobs_jobs')
    .set({ leaseUntil: held.leaseUntil })
    .where('id', 'in', held.ids)
    .where('owner', '=', held.owner)
    .where(inState('running'))
    .returning(['id', 'token', 'isCancelRequested'])
    .execute()
}

export function attemptOf(
  row: Pick<JobRow, 'id' | 'token' | 'owner' | 'claimedAt'>,
  outcome: AttemptRow['outcome'],
  endedAt: number,
  error: string | null,
): AttemptRow {
  return {
    jobId: row.id,
    token: row.token,
    outcome,
    owner: row.owner ?? '',
    startedAt: row.claimedAt ?? endedAt,
    endedAt,
    error,
  }
}

export async function insertAttempts(tx: JobTx, attempts: readonly AttemptRow[]): Promise<void> {
  if (attempts.length > 0) await tx.query.insertInto('jobs_attempts').values(attempts).execute()
}

/** Whether any job of these types can run now or is running. */
export async function hasWork(db: TypedDatabase<JobTables>, types: readonly string[], now: number): Promise<boolean> {
  if (types.length === 0) return false
  const row = await db.read
    .selectFrom('jobs_jobs')
    .select('id')
    .where('type', 'in', types)
    .where((e) =>
      e.or([e('state', 'in', ['queued', 'running']), e.and([e('state', '=', 'delayed'), e('dueAt', '<=', now)])]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
