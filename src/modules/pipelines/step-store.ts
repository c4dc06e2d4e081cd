/** SQL of step runs, their attempts and the cache. Every change of a step compares the attempt it speaks for. */
import { type Kysely, sql } from 'kysely'
import type { TypedTx } from '../../platform/db/index.ts'
import type { StepAttempt, StepRun, StepRunState } from './model.ts'
import type { AttemptRow, CacheRow, PipelineTables, RunRow, StepRunRow } from './tables.ts'

type Db = Kysely<PipelineTables>
type PipelineTx = TypedTx<PipelineTables>

export function findStep(db: Db, id: string): Promise<StepRunRow | undefined> {
  return db.selectFrom('pipelines_step_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

export function listSteps(db: Db, pipelineRunId: string): Promise<StepRunRow[]> {
  return db
    .selectFrom('pipelines_step_runs')
    .selectAll()
    .where('pipelineRunId', '=', pipelineRunId)
    .orderBy('position')
    .execute()
}

export async function listAttempts(db: Db, pipelineRunId: string): Promise<AttemptRow[]> {
  return db
    .selectFrom('pipelines_attempts as a')
    .innerJoin('pipelines_step_runs as s', 's.id', 'a.stepRunId')
    .selectAll('a')
    .where('s.pipelineRunId', '=', pipelineRunId)
    .orderBy('a.attempt')
    .execute()
}

export function findAttempt(db: Db, stepRunId: string, attempt: number): Promise<AttemptRow | undefined> {
  return db
    .selectFrom('pipelines_attempts')
    .selectAll()
    .where('stepRunId', '=', stepRunId)
    .where('attempt', '=', attempt)
    .executeTakeFirst()
}

export async function insertAttempt(tx: PipelineTx, row: Pick<AttemptRow, 'stepRunId' | 'attempt' | 'startedAt'>) {
  const blank = { endedAt: null, exitCode: null, signal: null, error: null, peakMemoryBytes: null }
  const unlogged = { logDigest: null, logBytes: null, collected: null }
  await tx.query
    .insertInto('pipelines_attempts')
    .values({ ...row, ...blank, ...unlogged, state: 'running' })
    .execute()
}

export async function updateAttempt(
  tx: PipelineTx,
  key: { readonly stepRunId: string; readonly attempt: number },
  change: Partial<Omit<AttemptRow, 'stepRunId' | 'attempt'>>,
): Promise<void> {
  await tx.query
    .updateTable('pipelines_attempts')
    .set(change)
    .where('stepRunId', '=', key.stepRunId)
    .where('attempt', '=', key.attempt)
    .execute()
}

/** Marks an attempt that is still running as lost. */
export async function loseAttempt(
  tx: PipelineTx,
  stepRunId: string,
  lost: { readonly error: string; readonly at: number },
): Promise<void> {
  await tx.query
    .updateTable('pipelines_attempts')
    .set({ state: 'lost', endedAt: lost.at, error: lost.error })
    .where('stepRunId', '=', stepRunId)
    .where('state', '=', 'running')
    .execute()
}

/** Changes a step that is still in one of `from` and still at `attempt`; answers whether it was. */
export async function updateStep(
  tx: PipelineTx,
  at: { readonly id: string; readonly attempt: number; readonly from: readonly StepRunState[] },
  change: Partial<StepRunRow>,
): Promise<boolean> {
  const changed = await tx.query
    .updateTable('pipelines_step_runs')
    .set(change)
    .where('id', '=', at.id)
    .where('attempt', '=', at.attempt)
    .where('state', 'in', at.from)
    .returning('id')
    .executeTakeFirst()
  return changed !== undefined
}

/** One dependency less for each waiting step of these names; answers those that wait for nothing any more. */
export async function countDown(
  tx: PipelineTx,
  pipelineRunId: string,
  names: readonly string[],
): Promise<StepRunRow[]> {
  if (names.length === 0) return []
  const rows = await tx.query
    .updateTable('pipelines_step_runs')
    .set({ waitingFor: sql<number>`"waitingFor" - 1` })
    .where('pipelineRunId', '=', pipelineRunId)
    .where('name', 'in', names)
    .where('state', '=', 'waiting')
    .returningAll()
    .execute()
  return rows.filter((row) => row.waitingFor === 0)
}

/** Ends steps that never ran; answers those that had not ended yet. */
export async function endUnstarted(
  tx: PipelineTx,
  which: { readonly pipelineRunId: string; readonly names?: readonly string[]; readonly from: readonly StepRunState[] },
  change: { readonly state: 'skipped' | 'canceled'; readonly error: string; readonly endedAt: number },
): Promise<StepRunRow[]> {
  return tx.query
    .updateTable('pipelines_step_runs')
    .set(change)
    .where('pipelineRunId', '=', which.pipelineRunId)
    .where('state', 'in', which.from)
    .$if(which.names !== undefined, (update) => update.where('name', 'in', which.names ?? []))
    .returningAll()
    .execute()
}

/** Takes `count` off the open steps of a run and locks its row: whoever ends steps of one run takes turns. */
export async function closeSteps(tx: PipelineTx, pipelineRunId: string, count: number): Promise<RunRow> {
  return tx.query
    .updateTable('pipelines_runs')
    .set({ openStepCount: sql<number>`"openStepCount" - ${count}` })
    .where('id', '=', pipelineRunId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function updateRun(
  tx: PipelineTx,
  id: string,
  change: Partial<Pick<RunRow, 'state' | 'error' | 'endedAt' | 'canceledBy'>>,
): Promise<void> {
  await tx.query.updateTable('pipelines_runs').set(change).where('id', '=', id).execute()
}

export async function putCache(tx: PipelineTx, row: CacheRow): Promise<void> {
  const { stepRunId, createdAt } = row
  await tx.query
    .insertInto('pipelines_cache')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ stepRunId, createdAt }))
    .execute()
}

export async function findCached(db: Db, key: string): Promise<StepRunRow | undefined> {
  return db
    .selectFrom('pipelines_cache as c')
    .innerJoin('pipelines_step_runs as s', 's.id', 'c.stepRunId')
    .selectAll('s')
    .where('c.key', '=', key)
    .executeTakeFirst()
}

/** The step run of the same name in this pipeline that was put into the cache last. */
export async function latestCached(db: Db, pipelineId: string, step: string): Promise<StepRunRow | undefined> {
  return db
    .selectFrom('pipelines_cache as c')
    .innerJoin('pipelines_step_runs as s', 's.id', 'c.stepRunId')
    .selectAll('s')
    .where('c.pipelineId', '=', pipelineId)
    .where('c.step', '=', step)
    .orderBy('c.createdAt', 'desc')
    .orderBy('s.id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function toAttempt(row: AttemptRow): StepAttempt {
  return {
    attempt: row.attempt,
    state: row.state,
    startedAt: row.startedAt,
    endedAt: row.endedAt ?? undefined,
    exitCode: row.exitCode ?? undefined,
    signal: row.signal ?? undefined,
    error: row.error ?? undefined,
    peakMemoryBytes: row.peakMemoryBytes ?? undefined,
    logBytes: row.logBytes ?? undefined,
  }
}

export function toStepRun(row: StepRunRow, attempts: readonly AttemptRow[], dependsOn: string[]): StepRun {
  const verdict = row.cacheVerdict === null ? undefined : JSON.parse(row.cacheVerdict)
  return {
    id: row.id,
    pipelineRunId: row.pipelineRunId,
    name: row.name,
    state: row.state,
    dependsOn,
    attempt: row.attempt,
    attempts: attempts.map(toAttempt),
    inputs: JSON.parse(row.inputs),
    outputs: JSON.parse(row.outputs),
    runId: row.startedAt === null && verdict?.isHit !== true ? undefined : row.runId,
    cache: verdict,
    error: row.error ?? undefined,
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
  }
}
