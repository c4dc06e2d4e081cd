import type { Kysely, Selectable } from 'kysely'
import type { Policy, PolicyDefinition } from './model.ts'
import type { AutomationTables } from './tables.ts'

type Db = Kysely<AutomationTables>

export async function upsertPolicy(db: Db, policy: Policy): Promise<void> {
  const { name, retrain, deliver } = policy
  const definition = JSON.stringify({ name, retrain, deliver })
  const { id, createdAt, updatedAt } = policy
  await db
    .insertInto('automation_policies')
    .values({ id, name, definition, createdAt, updatedAt })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ definition, updatedAt }))
    .execute()
}

export async function findPolicy(db: Db, nameOrId: string): Promise<Policy | undefined> {
  const row = await db
    .selectFrom('automation_policies')
    .selectAll()
    .where((where) => where.or([where('name', '=', nameOrId), where('id', '=', nameOrId)]))
    .executeTakeFirst()
  return row === undefined ? undefined : toPolicy(row)
}

/** By name; all of them without a limit. */
export async function listPolicies(
  db: Db,
  query: { readonly limit?: number; readonly after?: string | undefined } = {},
): Promise<Policy[]> {
  let select = db.selectFrom('automation_policies').selectAll().orderBy('name')
  if (query.limit !== undefined) select = select.limit(query.limit)
  if (query.after !== undefined) select = select.where('name', '>', query.after)
  return (await select.execute()).map(toPolicy)
}

export async function deletePolicy(db: Db, id: string): Promise<void> {
  await db.deleteFrom('automation_policies').where('id', '=', id).execute()
}

function toPolicy(row: Selectable<AutomationTables['automation_policies']>): Policy {
  const definition = JSON.parse(row.definition) as PolicyDefinition
  return { ...definition, id: row.id, createdAt: row.createdAt, updatedAt: row.updatedAt }
}
