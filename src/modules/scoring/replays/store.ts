import type { Kysely } from 'kysely'
import { recordStore } from '../../../platform/db/index.ts'
import type { ScoringTables } from '../tables.ts'
import type { Replay } from './model.ts'

type Db = Kysely<ScoringTables>

export interface StoredReplay extends Replay {
  readonly digest: string
  readonly cursorSeq: number
  readonly endSeq: number
}

export const replays = recordStore<ScoringTables, 'serving_replays', StoredReplay>('serving_replays', {
  id: 'plain',
  deployment: 'plain',
  modelVersionId: 'plain',
  version: 'plain',
  digest: 'plain',
  state: 'plain',
  from: 'plain',
  to: 'plain',
  rowCount: 'plain',
  doneCount: 'plain',
  cursorSeq: 'number',
  endSeq: 'number',
  report: 'json',
  problem: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
})

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
