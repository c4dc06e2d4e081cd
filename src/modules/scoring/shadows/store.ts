import type { Kysely } from 'kysely'
import { recordStore } from '../../../platform/db/index.ts'
import type { ScoringTables } from '../tables.ts'
import type { Shadow } from './model.ts'

type Db = Kysely<ScoringTables>

/** A shadow as kept: with the file it runs and how far it has looked. */
export interface StoredShadow extends Shadow {
  readonly deploymentId: string
  readonly digest: string
  readonly cursorSeq: number
  /** Ends of its process since it last answered, and when it is tried again. */
  readonly crashesInRow: number
  readonly pausedUntil: number
}

export const shadows = recordStore<ScoringTables, 'serving_shadows', StoredShadow>('serving_shadows', {
  id: 'plain',
  deploymentId: 'plain',
  deployment: 'plain',
  modelVersionId: 'plain',
  version: 'plain',
  digest: 'plain',
  sample: 'plain',
  state: 'plain',
  problem: 'plain',
  crashCount: 'plain',
  crashesInRow: 'plain',
  pausedUntil: 'plain',
  scoredCount: 'plain',
  droppedCount: 'plain',
  cursorSeq: 'number',
  startedAt: 'plain',
  endedAt: 'plain',
})

/** What one pass changes; counts are added. */
export interface ShadowProgress {
  readonly cursorSeq: number
  readonly scored: number
  readonly dropped: number
  /** Absent: its process is alive. */
  readonly crash?: { readonly problem: string; readonly pausedUntil: number } | undefined
}

/** Nothing when someone else moved the cursor since it was read, or the shadow was stopped. */
export async function advanceShadow(db: Db, from: StoredShadow, progress: ShadowProgress): Promise<boolean> {
  const result = await db
    .updateTable('serving_shadows')
    .set((eb) => ({
      cursorSeq: progress.cursorSeq,
      scoredCount: eb('scoredCount', '+', progress.scored),
      droppedCount: eb('droppedCount', '+', progress.dropped),
      crashCount: eb('crashCount', '+', progress.crash === undefined ? 0 : 1),
      crashesInRow: progress.crash === undefined ? 0 : from.crashesInRow + 1,
      pausedUntil: progress.crash?.pausedUntil ?? 0,
      problem: progress.crash?.problem ?? null,
    }))
    .where('id', '=', from.id)
    .where('cursorSeq', '=', from.cursorSeq)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

interface AnsweredRange {
  readonly deployment: string
  readonly notVersionId: string
  readonly afterSeq: number
  readonly toSeq: number
}

/** A deployment's predictions behind `afterSeq` up to `toSeq` that another version answered. */
function answered(db: Db, { deployment, notVersionId, afterSeq, toSeq }: AnsweredRange) {
  return db
    .selectFrom('serving_predictions')
    .where('deployment', '=', deployment)
    .where('seq', '>', afterSeq)
    .where('seq', '<=', toSeq)
    .where('modelVersionId', '!=', notVersionId)
}

export async function listAnsweredIds(db: Db, range: AnsweredRange): Promise<string[]> {
  return (await answered(db, range).select('id').execute()).map((row) => row.id)
}

export async function countAnswered(db: Db, range: AnsweredRange): Promise<number> {
  const row = await answered(db, range)
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The prediction behind which `keep` of the deployment lie; undefined when fewer wait behind `afterSeq`. */
export async function overflowSeq(
  db: Db,
  range: { deployment: string; afterSeq: number; keep: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('serving_predictions')
    .select('seq')
    .where('deployment', '=', range.deployment)
    .where('seq', '>', range.afterSeq)
    .orderBy('seq', 'desc')
    .offset(range.keep)
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : Number(row.seq)
}
