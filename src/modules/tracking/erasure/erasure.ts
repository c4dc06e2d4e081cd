import type { Tx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import type { Experiments } from '../experiments/experiments.ts'
import { eraseModelRowsOfRun } from '../logged-models/logged-model-store.ts'
import { updateRunRow } from '../runs/run-store.ts'
import { activeRun, getRunRow } from '../runs/runs.ts'
import { clearLogged, deleteExperimentRow, eraseRunRows, runIdsOf } from './erasure-store.ts'

/** What takes things away for good, with all that other nouns keep about them. */
export interface Erasure {
  /** Back to RUNNING, with everything that a dead attempt logged removed. */
  restartRun(runId: string, tx?: Tx): Promise<void>
  eraseRun(runId: string): Promise<void>
  eraseRuns(runIds: readonly string[]): Promise<void>
  /** Also the models it logged. One that is gone already is no error. */
  eraseRunWithModels(runId: string): Promise<void>
  /** Removes the experiment with every run, point and artifact row; frees the name. The bytes go with the next collection. */
  eraseExperiment(ref: string): Promise<void>
}

export function createErasure(
  ctx: TrackingContext,
  experiments: Pick<Experiments, 'getExperiment' | 'deleteExperiment'>,
): Erasure {
  return {
    restartRun: (runId, tx) =>
      within(ctx, tx, async (own) => {
        await activeRun(own.query, runId)
        await clearLogged(own.query, runId)
        await updateRunRow(own.query, runId, { status: 'RUNNING', startedAt: ctx.clock.now(), endedAt: null })
      }),

    eraseRun: (runId) =>
      ctx.db.transaction(async (tx) => {
        await getRunRow(tx.query, runId)
        await eraseRunRows(tx.query, runId)
      }),

    eraseRunWithModels: (runId) =>
      ctx.db.transaction(async (tx) => {
        await eraseModelRowsOfRun(tx.query, runId)
        await eraseRunRows(tx.query, runId)
      }),

    // One run at a time, so that nobody waits behind thousands; what an interrupted call left is erased by the next.
    eraseRuns: async (runIds) => {
      for (const runId of runIds) await ctx.db.transaction((tx) => eraseRunRows(tx.query, runId))
    },

    // A run at a time, so that an experiment of any size holds up no other writer. Deleted first: one whose erasing was
    // cut short is out of sight, and is erased to the end when it is asked again.
    eraseExperiment: async (ref) => {
      const { id } = await experiments.getExperiment(ref)
      await experiments.deleteExperiment(id)
      for (const runId of await runIdsOf(ctx.db.read, id)) {
        await ctx.db.transaction((tx) => eraseRunRows(tx.query, runId))
      }
      await ctx.db.transaction((tx) => deleteExperimentRow(tx.query, id))
    },
  }
}
