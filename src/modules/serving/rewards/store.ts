import type { Kysely } from 'kysely'
import type { ServingTables } from '../tables.ts'
import { type RewardMetric, rewardOf } from './model.ts'

type Db = Kysely<ServingTables>

/** Rewards that a decision looks at: a comparison of variants is long decided before. */
const maxRewards = 200_000

export interface RewardRange {
  readonly deployment: string
  /** Predictions behind this one. */
  readonly afterSeq: number
}

/** The reward of one key of the split. */
export interface Reward {
  readonly variant: string
  readonly value: number
  /** When it was known, epoch ms. */
  readonly at: number
}

/**
 * Rewards in the order in which they became known, one per key: later requests of the same caller are no independent
 * evidence. Requests that a rule or a pinned version sent to a variant are left out.
 */
export async function listRewards(db: Db, range: RewardRange, metric: RewardMetric): Promise<Reward[]> {
  const rows = await db
    .selectFrom('serving_predictions as p')
    .innerJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .select(['p.unit', 'p.variant', 'p.outputs', 'l.value', 'l.recordedAt'])
    .where('p.deployment', '=', range.deployment)
    .where('p.seq', '>', range.afterSeq)
    .where('p.unit', 'is not', null)
    .orderBy('l.recordedAt')
    .orderBy('p.seq')
    .limit(maxRewards)
    .execute()
  const seen = new Set<number>()
  return rows.flatMap(({ unit, variant, outputs, value, recordedAt }) => {
    if (seen.has(Number(unit))) return []
    const reward = rewardOf(metric, { outputs: JSON.parse(outputs), label: JSON.parse(value) })
    if (reward === undefined) return []
    seen.add(Number(unit))
    return [{ variant, value: reward, at: recordedAt }]
  })
}

/** Keys that chance gave to each variant. */
export async function countUnits(db: Db, range: RewardRange): Promise<ReadonlyMap<string, number>> {
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
