import type { Kysely } from 'kysely'
import type { ApplyOutcome } from '../../../platform/data-plane/index.ts'
import type { PlanDraft } from '../draft.ts'
import type { ServingTables } from '../tables.ts'
import type { MemberRow } from './tables.ts'

type Db = Kysely<ServingTables>

/** What of a plan a member could not load. */
export type PlanFailure = ApplyOutcome['failures'][number]

export interface MemberLoad {
  readonly workers: number
  readonly memoryBytes: number
  readonly pendingCount: number
  readonly requestsPerSecond: number
}

export interface StoredMember extends Omit<MemberRow, 'role' | 'failures' | 'pending' | 'load'> {
  readonly role: 'control plane' | 'member'
  readonly failures: readonly PlanFailure[]
  /** Deployments that are not as the plan says yet. */
  readonly pending: readonly string[]
  readonly load: MemberLoad
}

export interface PublishedPlan {
  readonly version: number
  readonly draft: PlanDraft
}

/** Writes what a server tells of itself over what it told before. */
export async function saveMember(db: Db, member: StoredMember): Promise<void> {
  const { failures, pending, load } = member
  const row = {
    ...member,
    failures: JSON.stringify(failures),
    pending: pending.length === 0 ? null : JSON.stringify(pending),
    load: JSON.stringify(load),
  }
  await db
    .insertInto('serving_members')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function listMembers(db: Db): Promise<StoredMember[]> {
  const rows = await db
    .selectFrom('serving_members')
    .selectAll()
    .orderBy('role')
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    ...row,
    role: row.role as StoredMember['role'],
    failures: JSON.parse(row.failures),
    pending: row.pending === null ? [] : JSON.parse(row.pending),
    load: JSON.parse(row.load),
  }))
}

export async function deleteMember(db: Db, id: string): Promise<void> {
  await db.deleteFrom('serving_members').where('id', '=', id).execute()
}

/** 0 before the first plan. */
export async function findPlanVersion(db: Db): Promise<number> {
  const row = await db.selectFrom('serving_published_plans').select('version').executeTakeFirst()
  return row?.version ?? 0
}

export async function findPublishedPlan(db: Db): Promise<PublishedPlan> {
  const row = await db.selectFrom('serving_published_plans').select(['version', 'draft']).executeTakeFirst()
  return row === undefined ? { version: 0, draft: { deployments: [] } } : { ...row, draft: JSON.parse(row.draft) }
}

export async function savePublishedPlan(db: Db, plan: PublishedPlan & { readonly at: number }): Promise<void> {
  const row = { version: plan.version, draft: JSON.stringify(plan.draft), at: plan.at }
  await db
    .insertInto('serving_published_plans')
    .values({ id: 'live', ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** Versions never change, so what is there stays. */
export async function saveFeatureNames(db: Db, modelVersionId: string, names: readonly string[]): Promise<void> {
  await db
    .insertInto('serving_feature_names')
    .values({ modelVersionId, names: JSON.stringify(names) })
    .onConflict((conflict) => conflict.column('modelVersionId').doNothing())
    .execute()
}

export async function findFeatureNames(db: Db, modelVersionId: string): Promise<readonly string[] | undefined> {
  const row = await db
    .selectFrom('serving_feature_names')
    .select('names')
    .where('modelVersionId', '=', modelVersionId)
    .executeTakeFirst()
  return row === undefined ? undefined : JSON.parse(row.names)
}
