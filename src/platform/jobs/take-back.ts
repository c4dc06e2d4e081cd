import { type SqlBool, sql } from 'kysely'
import type { TypedTx } from '../db/index.ts'
import { inState } from './claim.ts'
import { finishJobs } from './finish.ts'
import type { JobTables } from './tables.ts'

/** From every other owner (this process is alone on the database, so they are dead), or where the lease has run out. */
export type Gone = { readonly notOwner: string } | { readonly leaseBefore: number }

/**
 * Takes running jobs from workers that are gone. Each lost attempt is recorded; a job whose attempts are used up fails.
 * Answers how many there were.
 */
export async function takeBack(tx: TypedTx<JobTables>, gone: Gone, now: number): Promise<number> {
  const isGone =
    'notOwner' in gone ? sql<SqlBool>`"owner" <> ${gone.notOwner}` : sql<SqlBool>`"leaseUntil" < ${gone.leaseBefore}`
  const rows = await tx.query
    .selectFrom('jobs_jobs')
    .selectAll()
    .where(inState('running'))
    .where(isGone)
    .orderBy('id')
    .modifyEnd(tx.dialect.skipLocked)
    .execute()
  const lost = rows.map((row) => ({
    kind: 'lost' as const,
    row,
    at: now,
    error: `attempt ${row.attempt} was lost: its worker stopped answering`,
  }))
  await finishJobs(tx, lost)
  return rows.length
}
