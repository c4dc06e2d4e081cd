import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { ScoringTables } from '../tables.ts'
import type { Replay } from './model.ts'
import type { ReplayRow } from './tables.ts'

type Db = Kysely<ScoringTables>

export interface StoredReplay extends Replay {
  readonly digest: string
  readonly cursorSeq: number
  readonly endSeq: number
}

export async function findReplay(db: Db, id: string): Promise<StoredReplay | undefined> {
  const row = await db.selectFrom('serving_replays').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toReplay(row)
}

/** Newest first. */
export async function listReplays(
  db: Db,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<StoredReplay>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_replays')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.deployment !== undefined) select = select.where('deployment', '=', query.deployment)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toReplay) }
}

export async function insertReplay(db: Db, replay: StoredReplay): Promise<void> {
  await db
    .insertInto('serving_replays')
    .values({ ...replay, report: null, problem: null, endedAt: null })
    .execute()
}

/** False when someone else moved it, or it was canceled, since it was read. */
export async function advanceReplay(
  db: Db,
  from: StoredReplay,
  to: { readonly cursorSeq: number; readonly doneCount: number },
): Promise<boolean> {
  const result = await db
    .updateTable('serving_replays')
    .set(to)
    .where('id', '=', from.id)
    .where('cursorSeq', '=', from.cursorSeq)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when it has ended already. */
export async function endReplay(
  db: Db,
  id: string,
  end: Pick<Replay, 'state' | 'report' | 'problem'> & { readonly endedAt: number },
): Promise<boolean> {
  const result = await db
    .updateTable('serving_replays')
    .set({
      state: end.state,
      endedAt: end.endedAt,
      problem: end.problem ?? null,
      report: end.report === undefined ? null : JSON.stringify(end.report),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** The newest rows of a time, at most `limit`: how many, behind which seq, up to which. */
export async function findRange(
  db: Db,
  range: { deployment: string; from: number; to: number; limit: number },
): Promise<{ rowCount: number; afterSeq: number; endSeq: number } | undefined> {
  const newest = db
    .selectFrom('serving_predictions')
    .select('seq')
    .where('deployment', '=', range.deployment)
    .where('eventAt', '>=', range.from)
    .where('eventAt', '<', range.to)
    .orderBy('seq', 'desc')
    .limit(range.limit)
    .as('newest')
  const row = await db
    .selectFrom(newest)
    .select((eb) => [eb.fn.countAll().as('rowCount'), eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
    .executeTakeFirst()
  if (row === undefined || Number(row.rowCount) === 0) return undefined
  return { rowCount: Number(row.rowCount), afterSeq: Number(row.first) - 1, endSeq: Number(row.last) }
}

function toReplay(row: ReplayRow): StoredReplay {
  return {
    ...row,
    state: row.state as Replay['state'],
    cursorSeq: Number(row.cursorSeq),
    endSeq: Number(row.endSeq),
    report: row.report === null ? undefined : JSON.parse(row.report),
    problem: row.problem ?? undefined,
    endedAt: row.endedAt ?? undefined,
  }
}
