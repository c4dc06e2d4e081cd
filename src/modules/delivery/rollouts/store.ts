import type { Kysely } from 'kysely'
import { actorOfColumn, actorToColumn, currentActor } from '../../../kernel/actor.ts'
import { recordStore } from '../../../platform/db/index.ts'
import type { DeliveryTables } from '../tables.ts'
import type { NewDecision, Rollout, RolloutDecision } from './model.ts'

type Db = Kysely<DeliveryTables>

/** A rollout as kept; its history is in rows of its own. */
export interface StoredRollout extends Omit<Rollout, 'history'> {
  readonly deploymentId: string
  readonly revision: number
  readonly startedSeq: number
  readonly stepStartedSeq: number
}

export const rollouts = recordStore<DeliveryTables, 'serving_rollouts', StoredRollout>('serving_rollouts', {
  id: 'plain',
  deploymentId: 'plain',
  deployment: 'plain',
  modelVersionId: 'plain',
  version: 'plain',
  championModelVersionId: 'plain',
  championVersion: 'plain',
  state: 'plain',
  step: 'plain',
  steps: 'json',
  analysis: 'json',
  key: 'plain',
  waitingFor: 'plain',
  evidence: 'json',
  replay: 'json',
  replayId: 'plain',
  approvedStep: 'plain',
  revision: 'plain',
  startedAt: 'plain',
  stepStartedAt: 'plain',
  stepStartedSeq: 'plain',
  startedSeq: 'plain',
  endedAt: 'plain',
})

/** False when it was changed since it was read: the caller's decision no longer stands. */
export function updateRollout(db: Db, { id, revision, ...rollout }: StoredRollout): Promise<boolean> {
  return rollouts.change(db, { id, revision }, { ...rollout, revision: revision + 1 })
}

/** In the name of who acts. */
export async function insertDecision(db: Db, rolloutId: string, decision: NewDecision): Promise<void> {
  const evidence = decision.evidence === undefined ? null : JSON.stringify(decision.evidence)
  await db
    .insertInto('serving_rollout_decisions')
    .values({ ...decision, rolloutId, evidence, actor: actorToColumn(currentActor()) })
    .execute()
}

/** Oldest first, by rollout. */
export async function listDecisions(db: Db, rolloutIds: readonly string[]): Promise<Map<string, RolloutDecision[]>> {
  if (rolloutIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('serving_rollout_decisions')
    .selectAll()
    .where('rolloutId', 'in', rolloutIds)
    .orderBy('seq')
    .execute()
  const byRollout = Map.groupBy(rows, (row) => row.rolloutId)
  return new Map(
    [...byRollout].map(([id, decisions]) => [
      id,
      decisions.map(({ at, act, step, weight, reason, evidence, actor }) => ({
        at,
        act: act as RolloutDecision['act'],
        step,
        weight,
        reason,
        evidence: evidence === null ? undefined : JSON.parse(evidence),
        actor: actorOfColumn(actor),
      })),
    ]),
  )
}
