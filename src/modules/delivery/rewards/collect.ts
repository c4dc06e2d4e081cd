import type { DeliveryTx } from '../tables.ts'
import { type RewardMetric, rewardOf } from './model.ts'

/** An A/B test or a bandit, as its rewards are collected. */
export interface RewardSubject {
  readonly id: string
  readonly deployment: string
  readonly metric: RewardMetric
  /** Predictions behind this one count. */
  readonly startedSeq: number
  /** False: it began before rewards were rows. */
  readonly isCollecting: boolean
}

const chunkRows = 500

/** Takes turns with the other host that may do it. Call before it is read whether a subject is collecting. */
export async function takeRewardTurn(tx: DeliveryTx): Promise<void> {
  const turn = tx.dialect.takeTurn('serving.rewards')
  if (turn !== undefined) await tx.query.executeQuery(turn.compile(tx.query))
}

/**
 * Makes rewards of the labels that these predictions have now. Each key of the split has one, that of the label that was
 * known first: later requests of the same caller are no independent evidence. Requests that a rule or a pinned version sent
 * to a variant have none. A label that was corrected takes its place behind all that were known before the correction.
 */
export async function collectRewards(
  tx: DeliveryTx,
  subject: RewardSubject,
  predictionIds: readonly string[],
): Promise<void> {
  for (let at = 0; at < predictionIds.length; at += chunkRows)
    await collectChunk(tx, subject, predictionIds.slice(at, at + chunkRows))
}

async function collectChunk({ query }: DeliveryTx, subject: RewardSubject, ids: readonly string[]): Promise<void> {
  await query
    .deleteFrom('serving_rewards')
    .where('subjectId', '=', subject.id)
    .where('predictionId', 'in', ids)
    .execute()
  const rows = await query
    .selectFrom('serving_predictions as p')
    .innerJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .select(['p.id', 'p.unit', 'p.variant', 'p.outputs', 'l.value', 'l.recordedAt'])
    .where('p.id', 'in', ids)
    .where('p.deployment', '=', subject.deployment)
    .where('p.seq', '>', subject.startedSeq)
    .where('p.unit', 'is not', null)
    .orderBy('l.recordedAt')
    .orderBy('p.seq')
    .execute()
  const rewards = rows.flatMap(({ id, unit, variant, outputs, value, recordedAt }) => {
    const reward = rewardOf(subject.metric, { outputs: JSON.parse(outputs), label: JSON.parse(value) })
    if (reward === undefined || unit === null) return []
    return [{ subjectId: subject.id, unit: Number(unit), predictionId: id, variant, value: reward, at: recordedAt }]
  })
  if (rewards.length === 0) return
  await query
    .insertInto('serving_rewards')
    .values(rewards)
    .onConflict((conflict) => conflict.columns(['subjectId', 'unit']).doNothing())
    .execute()
}

/** Rewards of every label so far, for a subject that began before rewards were rows. */
export async function collectFromStart(tx: DeliveryTx, subject: RewardSubject): Promise<void> {
  const labeled = await tx.query
    .selectFrom('serving_predictions as p')
    .innerJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .select('p.id')
    .where('p.deployment', '=', subject.deployment)
    .where('p.seq', '>', subject.startedSeq)
    .where('p.unit', 'is not', null)
    .orderBy('l.recordedAt')
    .orderBy('p.seq')
    .execute()
  await collectRewards(
    tx,
    subject,
    labeled.map(({ id }) => id),
  )
}
