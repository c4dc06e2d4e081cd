import type { Kysely } from 'kysely'
import type { AliasRule, Approval } from './alias-rule.ts'
import type { RegistryTables } from './tables.ts'

type Db = Kysely<RegistryTables>

function toRule({ modelId: _, gates, ...row }: RegistryTables['registry_alias_rules']): AliasRule {
  return { ...row, gates: JSON.parse(gates) as string[] }
}

export async function findRule(db: Db, modelId: string, alias: string): Promise<AliasRule | undefined> {
  const row = await db
    .selectFrom('registry_alias_rules')
    .selectAll()
    .where('modelId', '=', modelId)
    .where('alias', '=', alias)
    .executeTakeFirst()
  return row && toRule(row)
}

export async function listRules(db: Db, modelId: string): Promise<AliasRule[]> {
  const rows = await db
    .selectFrom('registry_alias_rules')
    .selectAll()
    .where('modelId', '=', modelId)
    .orderBy('alias')
    .execute()
  return rows.map(toRule)
}

export async function putRule(db: Db, modelId: string, { gates, ...rule }: AliasRule): Promise<void> {
  const row = { ...rule, modelId, gates: JSON.stringify(gates) }
  await db
    .insertInto('registry_alias_rules')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['modelId', 'alias']).doUpdateSet({ gates: row.gates, approvals: row.approvals }),
    )
    .execute()
}

export async function removeRule(db: Db, modelId: string, alias: string): Promise<void> {
  await db.deleteFrom('registry_alias_rules').where('modelId', '=', modelId).where('alias', '=', alias).execute()
}

/** False when this person has approved it before. */
export async function insertApproval(db: Db, row: RegistryTables['registry_approvals']): Promise<boolean> {
  const result = await db
    .insertInto('registry_approvals')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Oldest first. */
export function listApprovals(db: Db, versionId: string, alias: string): Promise<Approval[]> {
  return db
    .selectFrom('registry_approvals as a')
    .innerJoin('registry_versions as v', 'v.id', 'a.versionId')
    .select(['a.alias', 'v.version', 'a.by', 'a.comment', 'a.at'])
    .where('a.versionId', '=', versionId)
    .where('a.alias', '=', alias)
    .orderBy('a.at')
    .orderBy('a.by')
    .execute()
}

export async function removeApproval(db: Db, approval: { versionId: string; alias: string; by: string }) {
  const result = await db
    .deleteFrom('registry_approvals')
    .where('versionId', '=', approval.versionId)
    .where('alias', '=', approval.alias)
    .where('by', '=', approval.by)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
