import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import { runMoved } from './run.ts'
import { moveRunRows, withDescendants } from './run-move-store.ts'
import { getRunRow } from './runs.ts'

export interface RunMoves {
  /** With the runs nested in them; answers the ids of all that were elsewhere before. All of them move or none. */
  moveRuns(runIds: readonly string[], experiment: string): Promise<string[]>
}

/** Runs go to another experiment with everything that was logged into them, and with the runs nested in them. */
export function createRunMoves(ctx: TrackingContext): RunMoves {
  async function target(tx: TypedTx<TrackingTables>, ref: string): Promise<string> {
    const experiment = await findExperimentRow(tx.query, ref)
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    if (experiment.lifecycle !== 'active') throw trackingErrors.experiment_not_active({ experiment: ref })
    return experiment.id
  }

  return {
    moveRuns: (runIds, experiment) =>
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
