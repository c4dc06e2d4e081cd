import type { Kysely } from 'kysely'
import { actorToColumn, type Principal } from '../../../kernel/actor.ts'
import type { ServingTables } from '../tables.ts'
import { mainVariant, type StoredDeployment, type StoredVariant } from './store.ts'

type Db = Kysely<ServingTables>

/** Changes that are looked at to find the way back: a rollout makes a handful. */
const lookBack = 100

interface Served {
  readonly deploymentId: string
  readonly at: number
  readonly variants: readonly StoredVariant[]
  /** Who changed it to something else. */
  readonly actor: Principal
}

/** Keeps what a deployment served until now. */
export async function insertServed(db: Db, { actor, variants, ...change }: Served): Promise<void> {
  await db
    .insertInto('serving_deployment_changes')
    .values({ ...change, variants: JSON.stringify(variants), actor: actorToColumn(actor) })
    .execute()
}

/** The version that had all requests last before the one that has most now; while a change is under way, before that. */
export async function findPrevious(
  db: Db,
  { id, variants, previousVariants = [] }: Pick<StoredDeployment, 'id' | 'variants' | 'previousVariants'>,
): Promise<StoredVariant | undefined> {
  const current = mainVariant(variants)?.modelVersionId
  const rows = await db
    .selectFrom('serving_deployment_changes')
    .select('variants')
    .where('deploymentId', '=', id)
    .orderBy('seq', 'desc')
    .limit(lookBack)
    .execute()
  const served = rows.map((row): readonly StoredVariant[] => JSON.parse(row.variants))
  for (const each of [previousVariants, ...served]) {
    const whole = each.find((variant) => variant.weight === 100)
    if (whole !== undefined && whole.modelVersionId !== current) return whole
  }
  return undefined
}
