import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { ScoringTables } from '../tables.ts'
import type { Shadow } from './model.ts'
import type { ShadowRow } from './tables.ts'

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

export async function findShadow(db: Db, id: string): Promise<StoredShadow | undefined> {
  const row = await db.selectFrom('serving_shadows').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toShadow(row)
}

export async function listRunningShadows(db: Db, deployments?: readonly string[]): Promise<StoredShadow[]> {
  let query = db.selectFrom('serving_shadows').selectAll().where('state', '=', 'running')
  if (deployments !== undefined) query = query.where('deployment', 'in', deployments)
  return (await query.execute()).map(toShadow)
}

/** Newest first. */
export async function listShadows(
  db: Db,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<StoredShadow>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_shadows')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.deployment !== undefined) select = select.where('deployment', '=', query.deployment)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toShadow) }
}

export async function insertShadow(db: Db, shadow: StoredShadow): Promise<void> {
  await db
    .insertInto('serving_shadows')
    .values({ ...shadow, problem: shadow.problem ?? null, endedAt: shadow.endedAt ?? null })
    .execute()
}

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

/** No look before then. */
export async function restShadow(db: Db, id: string, until: number): Promise<void> {
  await db
    .updateTable('serving_shadows')
    .set({ pausedUntil: until })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}

export async function endShadow(db: Db, id: string, endedAt: number): Promise<boolean> {
  const result = await db
    .updateTable('serving_shadows')
    .set({ state: 'stopped', endedAt })
    .where('id', '=', id)
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

function toShadow(row: ShadowRow): StoredShadow {
  return {
    ...row,
    state: row.state as Shadow['state'],
    problem: row.problem ?? undefined,
    cursorSeq: Number(row.cursorSeq),
    endedAt: row.endedAt ?? undefined,
  }
}
