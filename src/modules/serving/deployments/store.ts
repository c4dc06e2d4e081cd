import type { Kysely } from 'kysely'
import { actorOfColumn, actorToColumn, type Principal } from '../../../kernel/actor.ts'
import type { Page, PageQuery } from '../../../kernel/paging.ts'
import { readPage } from '../../../platform/db/index.ts'
import type { Routing } from '../../../platform/inference/index.ts'
import type { DeploymentSettings, Variant } from '../model.ts'
import type { DeploymentRow, ServingTables } from '../tables.ts'
import type { DeploymentState } from './model.ts'
import type { DeploymentSplit } from './split.ts'

type Db = Kysely<ServingTables>

/** A variant as kept: with the digest of the file that the workers load. */
export interface StoredVariant extends Variant {
  readonly digest: string
}

/** The variant with the largest weight; the first of equals. */
export function mainVariant<V extends { readonly weight: number }>(variants: readonly V[]): V | undefined {
  return variants.reduce<V | undefined>(
    (best, each) => (best !== undefined && best.weight >= each.weight ? best : each),
    undefined,
  )
}

/**
 * What decides on the versions of a deployment instead of a person: a rollout, an A/B test, a bandit. There is at most one;
 * it takes the deployment in the transaction that begins it, and gives it back in the one that ends it.
 */
export interface Holder {
  readonly kind: string
  readonly id: string
}

export interface StoredDeployment {
  readonly id: string
  readonly name: string
  readonly model: string
  readonly state: DeploymentState
  readonly variants: readonly StoredVariant[]
  readonly previousVariants: readonly StoredVariant[] | undefined
  readonly split: DeploymentSplit | undefined
  readonly previousSplit: DeploymentSplit | undefined
  readonly problem: string | undefined
  readonly routing: Routing | undefined
  readonly settings: DeploymentSettings | undefined
  readonly holder: Holder | undefined
  /** Who made the last change. */
  readonly changedBy: Principal
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
}

export async function findDeployment(db: Db, nameOrId: string): Promise<StoredDeployment | undefined> {
  const row = await db
    .selectFrom('serving_deployments')
    .selectAll()
    .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
    .executeTakeFirst()
  return row === undefined ? undefined : toDeployment(row)
}

export async function listAllDeployments(db: Db): Promise<StoredDeployment[]> {
  const rows = await db.selectFrom('serving_deployments').selectAll().orderBy('name').execute()
  return rows.map(toDeployment)
}

/** By name. */
export function listDeployments(db: Db, query: PageQuery): Promise<Page<StoredDeployment>> {
  return readPage(db.selectFrom('serving_deployments').selectAll(), { name: 'asc' }, query, toDeployment)
}

export async function insertDeployment(db: Db, deployment: StoredDeployment): Promise<void> {
  await db
    .insertInto('serving_deployments')
    .values({ ...toRow(deployment), holderKind: null, holderId: null })
    .execute()
}

/** False when someone else changed it since it was read. */
export async function updateDeployment(db: Db, deployment: StoredDeployment): Promise<boolean> {
  const result = await db
    .updateTable('serving_deployments')
    .set(toRow({ ...deployment, revision: deployment.revision + 1 }))
    .where('id', '=', deployment.id)
    .where('revision', '=', deployment.revision)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function deleteDeployment(db: Db, id: string): Promise<void> {
  await db.deleteFrom('serving_deployments').where('id', '=', id).execute()
}

function toDeployment({ holderKind, holderId, ...row }: DeploymentRow): StoredDeployment {
  return {
    ...row,
    holder: holderKind === null || holderId === null ? undefined : { kind: holderKind, id: holderId },
    state: row.state as DeploymentState,
    variants: JSON.parse(row.variants),
    previousVariants: row.previousVariants === null ? undefined : JSON.parse(row.previousVariants),
    split: row.split === null ? undefined : JSON.parse(row.split),
    previousSplit: row.previousSplit === null ? undefined : JSON.parse(row.previousSplit),
    problem: row.problem ?? undefined,
    routing: row.routing === null ? undefined : JSON.parse(row.routing),
    settings: row.settings === null ? undefined : JSON.parse(row.settings),
    changedBy: actorOfColumn(row.changedBy),
  }
}

/** Without its holder, which changes in transactions of its own. */
function toRow({ holder: _holder, ...deployment }: StoredDeployment): Omit<DeploymentRow, 'holderKind' | 'holderId'> {
  return {
    ...deployment,
    variants: JSON.stringify(deployment.variants),
    previousVariants: deployment.previousVariants === undefined ? null : JSON.stringify(deployment.previousVariants),
    split: deployment.split === undefined ? null : JSON.stringify(deployment.split),
    previousSplit: deployment.previousSplit === undefined ? null : JSON.stringify(deployment.previousSplit),
    problem: deployment.problem ?? null,
    routing: deployment.routing === undefined ? null : JSON.stringify(deployment.routing),
    settings: deployment.settings === undefined ? null : JSON.stringify(deployment.settings),
    changedBy: actorToColumn(deployment.changedBy),
  }
}
