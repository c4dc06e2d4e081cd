import type { Kysely } from 'kysely'
import type { ServingTables } from '../tables.ts'
import type { Holder, StoredDeployment } from './store.ts'

/** How each kind of holder is dealt with; told once, by whoever keeps that kind. */
export interface HolderKind {
  /** Why a change by hand has to wait for its end. */
  readonly refusal: (held: { readonly deployment: string; readonly id: string }) => Error
  /** Ends it, as the deployment is rolled back; answers whether that brought back the version of before. */
  readonly letGo: (id: string) => Promise<{ readonly isBack: boolean }>
}

export type HolderKinds = Map<string, HolderKind>

interface Holders {
  readonly holders: HolderKinds
}

/** A change of the versions by hand would pull the rug from under what decides on them: that is ended first. */
export function refuseWhileHeld(
  { holders }: Holders,
  { name, holder }: Pick<StoredDeployment, 'name' | 'holder'>,
): void {
  if (holder !== undefined) throw kindOf(holders, holder).refusal({ deployment: name, id: holder.id })
}

export function kindOf(holders: HolderKinds, { kind }: Holder): HolderKind {
  const found = holders.get(kind)
  if (found === undefined) throw new Error(`nobody knows what to do with a holder of the kind ${kind}`)
  return found
}

/** Call in the transaction that begins what will decide. Throws when another one decides already. */
export async function takeDeployment(
  { holders }: Holders,
  query: Kysely<ServingTables>,
  deployment: Pick<StoredDeployment, 'id' | 'name'>,
  holder: Holder,
): Promise<void> {
  const taken = await query
    .updateTable('serving_deployments')
    .set({ holderKind: holder.kind, holderId: holder.id })
    .where('id', '=', deployment.id)
    .where('holderId', 'is', null)
    .executeTakeFirst()
  if (taken.numUpdatedRows === 1n) return
  const row = await query
    .selectFrom('serving_deployments')
    .select(['holderKind', 'holderId'])
    .where('id', '=', deployment.id)
    .executeTakeFirst()
  if (row?.holderKind == null || row.holderId === null) throw new Error(`deployment ${deployment.name} is gone`)
  throw kindOf(holders, { kind: row.holderKind, id: row.holderId }).refusal({
    deployment: deployment.name,
    id: row.holderId,
  })
}

/** Call in the transaction that ends it. */
export async function giveDeploymentBack(query: Kysely<ServingTables>, holderId: string): Promise<void> {
  await query
    .updateTable('serving_deployments')
    .set({ holderKind: null, holderId: null })
    .where('holderId', '=', holderId)
    .execute()
}
