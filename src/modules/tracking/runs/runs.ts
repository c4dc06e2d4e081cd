import type { Page } from '../../../kernel/paging.ts'
import type { Tx, TypedTx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { checkBatch } from '../metrics/batch.ts'
import { insertTags } from '../metrics/batch-store.ts'
import { trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { NewRun, RunChanges, RunQuery, RunScope } from './run.ts'
import { isFinal, type Run, type RunRecord, type RunStatus, runCreated, runFinished } from './run.ts'
import { type GroupQuery, type RunGroups, readRunGroups } from './run-groups.ts'
import { type RunKeys, readRunKeys } from './run-keys.ts'
import { nameFor } from './run-name.ts'
import { searchRunRows } from './run-search.ts'
import * as store from './run-store.ts'

type StoreTx = TypedTx<TrackingTables>

/** The run, which must exist. */
export async function getRunRow(db: StoreTx['query'], runId: string): Promise<store.RunRow> {
  const row = await store.findRunRow(db, runId)
  if (row === undefined) throw trackingErrors.run_not_found({ run: runId })
  return row
}

/** The run, which must exist and not be deleted. */
export async function activeRun(db: StoreTx['query'], runId: string): Promise<store.RunRow> {
  const row = await getRunRow(db, runId)
  if (row.lifecycle !== 'active') throw trackingErrors.run_not_active({ run: runId })
  return row
}

export interface Runs {
  /** Starts a run. With `id`, repeating the call answers the run that is already there. */
  createRun(input: NewRun, tx?: Tx): Promise<Run>
  finishRun(runId: string, status: RunStatus, endedAt?: number, tx?: Tx): Promise<void>
  updateRun(runId: string, changes: RunChanges, tx?: Tx): Promise<RunRecord>
  getRun(runId: string): Promise<Run>
  /** Without what was logged; also for deleted runs. */
  findRun(runId: string): Promise<RunRecord | undefined>
  deleteRun(runId: string): Promise<void>
  restoreRun(runId: string): Promise<void>
  searchRuns(query: RunQuery): Promise<Page<Run>>
  /** What the runs were logged with; the newest runs decide what comes first. */
  listRunKeys(scope: RunScope): Promise<RunKeys>
  /** The runs by a parameter, a tag or an attribute, largest group first. */
  groupRuns(query: GroupQuery): Promise<RunGroups>
}

export function createRuns(ctx: TrackingContext): Runs {
  async function insert(tx: StoreTx, input: NewRun): Promise<Run> {
    const experiment = await findExperimentRow(tx.query, input.experimentId)
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: input.experimentId })
    if (experiment.lifecycle !== 'active') {
      throw trackingErrors.experiment_not_active({ experiment: input.experimentId })
    }
    const row = toRow(input, input.id ?? ctx.ids('run'), experiment.id, ctx.clock.now())
    const isNew = await store.insertRun(tx.query, row)
    const kept = isNew ? row : await getRunRow(tx.query, row.id)
    if (kept.experimentId !== experiment.id) throw trackingErrors.run_exists({ run: row.id })
    if (isNew) {
      await insertTags(tx, row.id, input.tags ?? {})
      const { id, experimentId, stepRunId } = row
      const step = stepRunId === null ? {} : { stepRunId }
      await ctx.events.emit(tx, runCreated, id, { runId: id, experimentId, ...step })
    }
    return one(tx.query, kept)
  }

  async function one(db: StoreTx['query'], row: store.RunRow): Promise<Run> {
    const [run] = await store.withLogged(db, [row])
    if (run === undefined) throw trackingErrors.run_not_found({ run: row.id })
    return run
  }

  /** Writes the changes and says so once when the run thereby ends. */
  async function change(tx: StoreTx, runId: string, changes: RunChanges): Promise<store.RunRow> {
    const before = await activeRun(tx.query, runId)
    const after = { ...before, ...toChanges(changes, ctx.clock.now()) }
    await store.updateRunRow(tx.query, runId, after)
    const status = after.status as RunStatus
    if (status !== before.status && isFinal(status)) {
      await ctx.events.emit(tx, runFinished, runId, { runId, status })
    }
    return after
  }

  /** The ids of experiments that are named by id or name. */
  async function experimentIdsOf(refs: readonly string[] = []): Promise<string[]> {
    const ids: string[] = []
    for (const ref of refs) {
      const experiment = await findExperimentRow(ctx.db.read, ref)
      if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
      ids.push(experiment.id)
    }
    return ids
  }

  async function setLifecycle(runId: string, lifecycle: 'active' | 'deleted'): Promise<void> {
    await ctx.db.transaction(async (tx) => {
      await getRunRow(tx.query, runId)
      await store.updateRunRow(tx.query, runId, { lifecycle })
    })
  }

  return {
    createRun: async (input, tx) => {
      checkBatch({ tags: input.tags })
      return within(ctx, tx, (own) => insert(own, input), 'tracking.run.created')
    },

    finishRun: (runId, status, endedAt, tx) =>
      within(ctx, tx, async (own) => {
        await change(own, runId, { status, endedAt })
      }),

    updateRun: async (runId, changes, tx) =>
      store.toRecord(await within(ctx, tx, (own) => change(own, runId, changes))),

    getRun: async (runId) => one(ctx.db.read, await getRunRow(ctx.db.read, runId)),

    findRun: async (runId) => {
      const row = await store.findRunRow(ctx.db.read, runId)
      return row && store.toRecord(row)
    },

    deleteRun: (runId) => setLifecycle(runId, 'deleted'),
    restoreRun: (runId) => setLifecycle(runId, 'active'),

    searchRuns: async (query) => searchRunRows(ctx.db, query, await experimentIdsOf(query.experiments)),

    listRunKeys: async (scope) => readRunKeys(ctx.db, scope, await experimentIdsOf(scope.experiments)),

    groupRuns: async (query) => readRunGroups(ctx.db, query, await experimentIdsOf(query.experiments)),
  }
}

function toRow(input: NewRun, id: string, experimentId: string, now: number): store.RunRow {
  const { source = {} } = input
  return {
    id,
    experimentId,
    name: input.name === undefined || input.name === '' ? nameFor(id) : input.name,
    status: input.status ?? 'RUNNING',
    lifecycle: 'active',
    startedAt: input.startedAt ?? now,
    endedAt: null,
    parentRunId: input.parentRunId ?? null,
    stepRunId: input.stepRunId ?? null,
    createdBy: input.createdBy ?? 'system',
    sourceType: source.type ?? null,
    sourceName: source.name ?? null,
    commit: source.commit ?? null,
    dirty: source.dirty === undefined ? null : Number(source.dirty),
  }
}

/** Ending sets the time, if the caller gave none; running again takes it away. */
function toChanges({ name, status, endedAt, parentRunId }: RunChanges, now: number): Partial<store.RunRow> {
  const isEnding = status !== undefined && isFinal(status)
  return {
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status, endedAt: isEnding ? now : null }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(parentRunId === undefined ? {} : { parentRunId }),
  }
}
