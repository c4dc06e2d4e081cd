import { sql } from 'kysely'
import type { TypedTx } from '../db/index.ts'
import { attemptOf, insertAttempts } from './claim.ts'
import type { JobRow, JobTables } from './tables.ts'

type JobTx = TypedTx<JobTables>
type Claimed = Pick<JobRow, 'id' | 'type' | 'token' | 'owner' | 'claimedAt' | 'attempt' | 'maxAttempts'>

/** What became of one claimed job. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly row: Claimed; readonly at: number }
  | {
      readonly kind: 'failed' | 'lost' | 'canceled'
      readonly row: Claimed
      readonly at: number
      readonly error: string
    }
  | {
      readonly kind: 'retry'
      readonly row: Claimed
      readonly at: number
      readonly error: string
      readonly dueAt: number
    }
  | { readonly kind: 'released'; readonly row: Claimed; readonly at: number }

/**
 * Writes outcomes, every one of them only if its claim is still the newest (fencing): a worker that lost its lease
 * changes nothing. Answers the earliest time at which one of the jobs is due again.
 */
export async function finishJobs(tx: JobTx, outcomes: readonly Outcome[]): Promise<number | undefined> {
  const succeeded = outcomes.filter((outcome) => outcome.kind === 'succeeded')
  const dueTimes = await endAll(tx, succeeded)
  for (const outcome of outcomes) {
    if (outcome.kind === 'succeeded') continue
    const dueAt = await finishOne(tx, outcome)
    if (dueAt !== undefined) dueTimes.push(dueAt)
  }
  return dueTimes.length === 0 ? undefined : Math.min(...dueTimes)
}

/** One statement for the whole batch: this is the hot path. */
async function endAll(tx: JobTx, outcomes: readonly Extract<Outcome, { kind: 'succeeded' }>[]): Promise<number[]> {
  const first = outcomes[0]
  if (first === undefined) return []
  const pairs = sql.join(outcomes.map(({ row }) => sql`(${row.id}, CAST(${row.token} AS BIGINT))`))
  const ended = await sql<{ id: string; dueAt: number; state: string }>`
    UPDATE "jobs_jobs" SET
      "state" = CASE WHEN "rerunAt" IS NULL THEN 'succeeded' ELSE 'delayed' END,
      "endedAt" = CASE WHEN "rerunAt" IS NULL THEN CAST(${first.at} AS BIGINT) END,
      "liveKey" = CASE WHEN "rerunAt" IS NULL THEN NULL ELSE "liveKey" END,
      "attempt" = CASE WHEN "rerunAt" IS NULL THEN "attempt" ELSE 0 END,
      "dueAt" = COALESCE("rerunAt", "dueAt"), "rerunAt" = NULL, "leaseUntil" = NULL, "error" = NULL
    FROM (VALUES ${pairs}) AS done
    WHERE "jobs_jobs"."id" = done.column1 AND "jobs_jobs"."token" = done.column2 AND "jobs_jobs"."state" = 'running'
    RETURNING "jobs_jobs"."id", "jobs_jobs"."dueAt", "jobs_jobs"."state"`.execute(tx.query)
  const kept = new Set(ended.rows.map((row) => row.id))
  await insertAttempts(
    tx,
    outcomes.filter(({ row }) => kept.has(row.id)).map(({ row, at }) => attemptOf(row, 'succeeded', at, null)),
  )
  return ended.rows.filter((row) => row.state === 'delayed').map((row) => row.dueAt)
}

async function finishOne(tx: JobTx, outcome: Exclude<Outcome, { kind: 'succeeded' }>): Promise<number | undefined> {
  const { row, at } = outcome
  const error = 'error' in outcome ? outcome.error : null
  const current = await tx.query
    .selectFrom('jobs_jobs')
    .select(['rerunAt', 'isCancelRequested'])
    .where('id', '=', row.id)
    .where('token', '=', row.token)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (current === undefined) return undefined
  const change = nextState(outcome, current)
  const changed = await tx.query
    .updateTable('jobs_jobs')
    .set({ ...change, leaseUntil: null, error, rerunAt: null })
    .where('id', '=', row.id)
    .where('token', '=', row.token)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) return undefined
  const recorded = outcome.kind === 'retry' ? 'failed' : outcome.kind
  await insertAttempts(tx, [attemptOf(row, change.state === 'canceled' ? 'canceled' : recorded, at, error)])
  return change.state === 'delayed' ? change.dueAt : change.state === 'queued' ? at : undefined
}

function nextState(
  outcome: Exclude<Outcome, { kind: 'succeeded' }>,
  current: Pick<JobRow, 'rerunAt' | 'isCancelRequested'>,
) {
  const ended = { endedAt: outcome.at, liveKey: null }
  if (current.isCancelRequested === 1 || outcome.kind === 'canceled') return { state: 'canceled' as const, ...ended }
  if (outcome.kind === 'released') return { state: 'queued' as const, attempt: sql<number>`"attempt" - 1` }
  if (outcome.kind === 'retry') return { state: 'delayed' as const, dueAt: outcome.dueAt }
  if (outcome.kind === 'lost' && outcome.row.attempt < outcome.row.maxAttempts) return { state: 'queued' as const }
  if (current.rerunAt !== null) return { state: 'delayed' as const, dueAt: current.rerunAt, attempt: 0 }
  return { state: 'failed' as const, ...ended }
}

/** Forgets ended jobs and their attempts, a batch at a time; answers how many. */
export async function pruneEnded(tx: JobTx, before: number, limit: number): Promise<number> {
  const old = await tx.query
    .selectFrom('jobs_jobs')
    .select('id')
    .where('endedAt', 'is not', null)
    .where('endedAt', '<', before)
    .orderBy('endedAt')
    .limit(limit)
    .execute()
  if (old.length === 0) return 0
  const ids = old.map((row) => row.id)
  await tx.query.deleteFrom('jobs_attempts').where('jobId', 'in', ids).execute()
  await tx.query.deleteFrom('jobs_jobs').where('id', 'in', ids).execute()
  return old.length
}
