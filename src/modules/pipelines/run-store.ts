/** SQL of pipeline runs: reading, and creating. */

import type { Kysely } from 'kysely'
import { actorOfColumn } from '../../kernel/actor.ts'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage, type TypedTx } from '../../platform/db/index.ts'
import type { PipelineRun, PipelineRunState, StepRunState, Trigger } from './model.ts'
import type { PipelineTables, RunRow, StepRunRow } from './tables.ts'

type Db = Kysely<PipelineTables>
type PipelineTx = TypedTx<PipelineTables>
/** A run with the names that a person knows it by. */
export type NamedRun = RunRow & { readonly pipeline: string; readonly version: number }

export function selectRuns(db: Db) {
  return db
    .selectFrom('pipelines_runs as r')
    .innerJoin('pipelines_pipelines as p', 'p.id', 'r.pipelineId')
    .innerJoin('pipelines_versions as v', 'v.id', 'r.versionId')
    .selectAll('r')
    .select(['p.name as pipeline', 'v.version as version'])
}

export function findRun(db: Db, id: string): Promise<NamedRun | undefined> {
  return selectRuns(db).where('r.id', '=', id).executeTakeFirst()
}

export interface RunFilter extends PageQuery {
  readonly pipelineId?: string | undefined
  readonly state?: PipelineRunState | undefined
}

/** Newest first. */
export async function listRuns(db: Db, filter: RunFilter): Promise<Page<PipelineRun>> {
  let runs = selectRuns(db)
  if (filter.pipelineId !== undefined) runs = runs.where('r.pipelineId', '=', filter.pipelineId)
  if (filter.state !== undefined) runs = runs.where('r.state', '=', filter.state)
  const page = await readPage(runs, { 'r.id': 'desc' }, filter)
  const counts = await countSteps(
    db,
    page.items.map((row) => row.id),
  )
  return { ...page, items: page.items.map((row) => toRun(row, counts.get(row.id) ?? {})) }
}

type StepCounts = Partial<Record<StepRunState, number>>

export async function countSteps(db: Db, runIds: readonly string[]): Promise<Map<string, StepCounts>> {
  const counts = new Map<string, StepCounts>()
  if (runIds.length === 0) return counts
  const rows = await db
    .selectFrom('pipelines_step_runs')
    .select((e) => ['pipelineRunId', 'state', e.fn.countAll<number>().as('count')])
    .where('pipelineRunId', 'in', runIds)
    .groupBy(['pipelineRunId', 'state'])
    .execute()
  for (const row of rows) {
    counts.set(row.pipelineRunId, { ...counts.get(row.pipelineRunId), [row.state]: Number(row.count) })
  }
  return counts
}

export function toRun(row: NamedRun, stepCounts: StepCounts): PipelineRun {
  return {
    id: row.id,
    pipelineId: row.pipelineId,
    pipeline: row.pipeline,
    versionId: row.versionId,
    version: row.version,
    state: row.state,
    parameters: JSON.parse(row.parameters),
    trigger: triggerOf(row),
    useCache: row.useCache === 1,
    error: row.error ?? undefined,
    createdAt: row.createdAt,
    endedAt: row.endedAt ?? undefined,
    startedBy: actorOfColumn(row.startedBy),
    canceledBy: row.canceledBy === null ? undefined : actorOfColumn(row.canceledBy),
    stepCounts,
  }
}

export function triggerOf(row: Pick<RunRow, 'triggerKind' | 'triggerId'>): Trigger {
  return { kind: row.triggerKind, id: row.triggerId ?? undefined }
}

/** Inserts the run unless one with its key is there; answers whether it did. */
export async function insertRun(tx: PipelineTx, row: RunRow): Promise<boolean> {
  const inserted = await tx.query
    .insertInto('pipelines_runs')
    .values(row)
    .onConflict((conflict) => conflict.columns(['pipelineId', 'key']).where('key', 'is not', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findRunByKey(db: Db, pipelineId: string, key: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('pipelines_runs')
    .select('id')
    .where('pipelineId', '=', pipelineId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.id
}

/** Whether a run that the schedule started has not ended. */
export async function hasScheduledRun(db: Db, pipelineId: string): Promise<boolean> {
  const row = await db
    .selectFrom('pipelines_runs')
    .select('id')
    .where('pipelineId', '=', pipelineId)
    .where('state', 'in', ['running', 'canceling'])
    .where('triggerKind', '=', 'schedule')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertStepRuns(tx: PipelineTx, rows: readonly StepRunRow[]): Promise<void> {
  // 19 columns a row, at most 500 steps: below every database's limit of parameters.
  await tx.query.insertInto('pipelines_step_runs').values(rows).execute()
}
