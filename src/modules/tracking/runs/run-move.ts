import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { runMoved, trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import { moveRunRows, withDescendants } from './run-move-store.ts'
import { getRunRow } from './runs.ts'

/** Runs go to another experiment with everything that was logged into them, and with the runs nested in them. */
export function createRunMoves(ctx: TrackingContext) {
  async function target(tx: TypedTx<TrackingTables>, ref: string): Promise<string> {
    const experiment = await findExperimentRow(tx.query, ref)
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    if (experiment.lifecycle !== 'active') throw trackingErrors.experiment_not_active({ experiment: ref })
    return experiment.id
  }

  return {
    moveRuns: (runIds: readonly string[], experiment: string): Promise<string[]> =>
      ctx.db.transaction(async (tx) => {
        const to = await target(tx, experiment)
        const moved: string[] = []
        for (const runId of await withDescendants(tx.query, runIds)) {
          const run = await getRunRow(tx.query, runId)
          if (run.experimentId === to) continue
          await moveRunRows(tx.query, runId, to)
          await ctx.events.emit(tx, runMoved, runId, { runId, from: run.experimentId, to })
          moved.push(runId)
        }
        return moved
      }),
  }
}
