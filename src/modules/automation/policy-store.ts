import type { Kysely, Selectable } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
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

/** All of them, by name. */
export async function listAllPolicies(db: Db): Promise<Policy[]> {
  return (await db.selectFrom('automation_policies').selectAll().orderBy('name').execute()).map(toPolicy)
}

export function listPolicies(db: Db, query: PageQuery): Promise<Page<Policy>> {
  return readPage(db.selectFrom('automation_policies').selectAll(), { name: 'asc' }, query, toPolicy)
}

export async function deletePolicy(db: Db, id: string): Promise<void> {
  await db.deleteFrom('automation_policies').where('id', '=', id).execute()
}

function toPolicy(row: Selectable<AutomationTables['automation_policies']>): Policy {
  const definition = JSON.parse(row.definition) as PolicyDefinition
  return { ...definition, id: row.id, createdAt: row.createdAt, updatedAt: row.updatedAt }
}
