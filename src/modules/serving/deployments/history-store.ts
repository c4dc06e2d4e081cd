import type { Kysely } from 'kysely'
import type { ServingTables } from '../tables.ts'
import type { StoredVariant } from './store.ts'

type Db = Kysely<ServingTables>

/** Changes that are looked at to find the way back: a rollout makes a handful. */
const lookBack = 100

/** Keeps what a deployment served until now. */
export async function insertServed(
  db: Db,
  change: { readonly deploymentId: string; readonly at: number; readonly variants: readonly StoredVariant[] },
): Promise<void> {
  await db
    .insertInto('serving_deployment_changes')
    .values({ ...change, variants: JSON.stringify(change.variants) })
    .execute()
}

/** The version that had all requests last, other than `current`. */
export async function findPrevious(
  db: Db,
  deploymentId: string,
  current: string | undefined,
): Promise<StoredVariant | undefined> {
  const rows = await db
    .selectFrom('serving_deployment_changes')
    .select('variants')
    .where('deploymentId', '=', deploymentId)
    .orderBy('seq', 'desc')
    .limit(lookBack)
    .execute()
  for (const row of rows) {
    const whole = (JSON.parse(row.variants) as StoredVariant[]).find((variant) => variant.weight === 100)
    if (whole !== undefined && whole.modelVersionId !== current) return whole
  }
  return undefined
}
