import type { Kysely } from 'kysely'
import type { DeliveryTables } from '../tables.ts'

type Db = Kysely<DeliveryTables>

/** The reward of one key of the split. */
export interface Reward {
  readonly variant: string
  readonly value: number
  /** When it was known, epoch ms. */
  readonly at: number
}

/** Rewards of one variant, added up. */
export interface RewardSum {
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
}

const pageRows = 5000

/** In the order in which they became known; page by page, so that memory stays constant and requests are answered in between. */
export async function* readRewards(db: Db, subjectId: string): AsyncIterable<Reward> {
  for (let afterSeq = 0; ; ) {
    const rows = await db
      .selectFrom('serving_rewards')
      .select(['seq', 'variant', 'value', 'at'])
      .where('subjectId', '=', subjectId)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .limit(pageRows)
      .execute()
    yield* rows
    if (rows.length < pageRows) return
    afterSeq = Number(rows.at(-1)?.seq)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** By variant; of the newest only, when that is given. */
export async function sumRewards(db: Db, subjectId: string, newest?: number): Promise<ReadonlyMap<string, RewardSum>> {
  let own = db.selectFrom('serving_rewards').select(['variant', 'value']).where('subjectId', '=', subjectId)
  if (newest !== undefined) own = own.orderBy('seq', 'desc').limit(newest)
  const rows = await db
    .selectFrom(own.as('own'))
    .select((eb) => [
      'variant',
      eb.fn.countAll().as('count'),
      eb.fn.sum('value').as('sum'),
      eb.fn.sum(eb('value', '*', eb.ref('value'))).as('sumOfSquares'),
    ])
    .groupBy('variant')
    .execute()
  const toSum = ({ count, sum, sumOfSquares }: (typeof rows)[number]): RewardSum => ({
    count: Number(count),
    sum: Number(sum),
    sumOfSquares: Number(sumOfSquares),
  })
  return new Map(rows.map((row) => [row.variant, toSum(row)]))
}

/** Keys that chance gave to each variant. */
export async function countUnits(
  db: Db,
  range: { readonly deployment: string; readonly afterSeq: number },
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('serving_predictions')
    .select((eb) => ['variant', eb.fn.count('unit').distinct().as('count')])
    .where('deployment', '=', range.deployment)
    .where('seq', '>', range.afterSeq)
    .where('unit', 'is not', null)
    .groupBy('variant')
    .execute()
  return new Map(rows.map((row) => [row.variant, Number(row.count)]))
}
