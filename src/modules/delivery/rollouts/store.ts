import type { Kysely } from 'kysely'
import { actorOfColumn, actorToColumn, currentActor } from '../../../kernel/actor.ts'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { DeliveryTables } from '../tables.ts'
import type { NewDecision, Rollout, RolloutDecision, RolloutState } from './model.ts'
import type { RolloutRow } from './tables.ts'

type Db = Kysely<DeliveryTables>

/** A rollout as kept; its history is in rows of its own. */
export interface StoredRollout extends Omit<Rollout, 'history'> {
  readonly deploymentId: string
  readonly revision: number
  readonly startedSeq: number
  readonly stepStartedSeq: number
}

export async function findRollout(db: Db, id: string): Promise<StoredRollout | undefined> {
  return one(await db.selectFrom('serving_rollouts').selectAll().where('id', '=', id).executeTakeFirst())
}

export async function findRolloutByKey(db: Db, key: string): Promise<StoredRollout | undefined> {
  return one(await db.selectFrom('serving_rollouts').selectAll().where('key', '=', key).executeTakeFirst())
}

/** Ids of the running rollouts of these deployments. */
export async function listRunningIds(db: Db, deployments?: readonly string[]): Promise<string[]> {
  let query = db.selectFrom('serving_rollouts').select('id').where('state', '=', 'running')
  if (deployments !== undefined) query = query.where('deployment', 'in', deployments)
  return (await query.execute()).map((row) => row.id)
}

/** The one that waits for this replay, if any. */
export async function findRolloutOfReplay(db: Db, replayId: string): Promise<StoredRollout | undefined> {
  return one(await db.selectFrom('serving_rollouts').selectAll().where('replayId', '=', replayId).executeTakeFirst())
}

/** Newest first. */
export async function listRollouts(
  db: Db,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<StoredRollout>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_rollouts')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.deployment !== undefined) select = select.where('deployment', '=', query.deployment)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toRollout) }
}

export async function insertRollout(db: Db, rollout: StoredRollout): Promise<void> {
  await db.insertInto('serving_rollouts').values(toRow(rollout)).execute()
}

/** False when it was changed since it was read: the caller's decision no longer stands. */
export async function updateRollout(db: Db, rollout: StoredRollout): Promise<boolean> {
  const result = await db
    .updateTable('serving_rollouts')
    .set(toRow({ ...rollout, revision: rollout.revision + 1 }))
    .where('id', '=', rollout.id)
    .where('revision', '=', rollout.revision)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
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

function one(row: RolloutRow | undefined): StoredRollout | undefined {
  return row === undefined ? undefined : toRollout(row)
}

function toRollout(row: RolloutRow): StoredRollout {
  return {
    ...row,
    state: row.state as RolloutState,
    steps: JSON.parse(row.steps),
    analysis: JSON.parse(row.analysis),
    key: row.key ?? undefined,
    waitingFor: row.waitingFor ?? undefined,
    evidence: row.evidence === null ? undefined : JSON.parse(row.evidence),
    endedAt: row.endedAt ?? undefined,
    replay: row.replay === null ? undefined : JSON.parse(row.replay),
    replayId: row.replayId ?? undefined,
    approvedStep: row.approvedStep ?? undefined,
  }
}

function toRow(rollout: StoredRollout): RolloutRow {
  return {
    ...rollout,
    steps: JSON.stringify(rollout.steps),
    analysis: JSON.stringify(rollout.analysis),
    key: rollout.key ?? null,
    waitingFor: rollout.waitingFor ?? null,
    evidence: rollout.evidence === undefined ? null : JSON.stringify(rollout.evidence),
    endedAt: rollout.endedAt ?? null,
    replay: rollout.replay === undefined ? null : JSON.stringify(rollout.replay),
    replayId: rollout.replayId ?? null,
    approvedStep: rollout.approvedStep ?? null,
  }
}
