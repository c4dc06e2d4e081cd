import type { TrackingContext } from '../context.ts'
import { checkBatch } from '../metrics/batch.ts'
import { insertTags } from '../metrics/batch-store.ts'
import type { Lifecycle } from '../model.ts'
import { deleteTagRow, updateRunRow } from './run-store.ts'
import { activeRun, getRunRow } from './runs.ts'

export interface BulkChanges {
  /** Merged into the tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  readonly lifecycle?: Lifecycle | undefined
}

export interface ManyRuns {
  /** All of them or none: tags merged (null removes one), deleted or restored. */
  changeRuns(runIds: readonly string[], changes: BulkChanges): Promise<void>
}

/** One change of many runs, of all of them or of none. Repeating it changes nothing. */
export function createManyRuns(ctx: TrackingContext): ManyRuns {
  return {
    changeRuns: async (runIds, { tags = {}, lifecycle }) => {
      const removed = Object.keys(tags).filter((key) => tags[key] === null)
      const added = Object.fromEntries(
        Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null),
      )
      checkBatch({ tags: added })
      await ctx.db.transaction(async (tx) => {
        for (const runId of runIds) {
          if (Object.keys(tags).length > 0) await activeRun(tx.query, runId)
          else await getRunRow(tx.query, runId)
          await insertTags(tx, runId, added)
          for (const key of removed) await deleteTagRow(tx.query, runId, key)
          if (lifecycle !== undefined) await updateRunRow(tx.query, runId, { lifecycle })
        }
      })
    },
  }
}
