import type { TrackingContext } from '../context.ts'
import { eraseModelRowsOfRun } from '../logged-models/logged-model-store.ts'
import { checkBatch } from '../metrics/batch.ts'
import { insertTags } from '../metrics/batch-store.ts'
import type { Lifecycle } from '../model.ts'
import { deleteTagRow, eraseRunRows, updateRunRow } from './run-store.ts'
import { activeRun, getRunRow } from './runs.ts'

export interface BulkChanges {
  /** Merged into the tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  readonly lifecycle?: Lifecycle | undefined
}

/** One change of many runs, of all of them or of none. Repeating it changes nothing. */
export function createBulkChanges(ctx: TrackingContext) {
  return {
    changeRuns: async (runIds: readonly string[], { tags = {}, lifecycle }: BulkChanges): Promise<void> => {
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

    eraseRunWithModels: (runId: string): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        await eraseModelRowsOfRun(tx.query, runId)
        await eraseRunRows(tx.query, runId)
      }),

    /** One run at a time, so that nobody waits behind thousands; what an interrupted call left is erased by the next. */
    eraseRuns: async (runIds: readonly string[]): Promise<void> => {
      for (const runId of runIds) await ctx.db.transaction((tx) => eraseRunRows(tx.query, runId))
    },
  }
}
