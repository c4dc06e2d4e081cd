import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Erasure, RetentionRule } from './model.ts'
import type { RetentionTables } from './tables.ts'

type Db = Kysely<RetentionTables>
export type StoredRule = Omit<RetentionRule, 'experiment'>

export async function upsertRule(
  db: Db,
  { scope, keepNewest, keepDays, keepTags, ...rest }: StoredRule,
): Promise<void> {
  const values = {
    keepNewest: keepNewest ?? null,
    keepDays: keepDays ?? null,
    keepTags: JSON.stringify(keepTags),
    ...rest,
  }
  await db
    .insertInto('retention_rules')
    .values({ scope, ...values })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet(values))
    .execute()
}

export async function listRules(db: Db): Promise<StoredRule[]> {
  const rows = await db.selectFrom('retention_rules').selectAll().orderBy('scope').execute()
  return rows.map(({ keepNewest, keepDays, keepTags, ...row }) => ({
    ...row,
    ...(keepNewest === null ? {} : { keepNewest }),
    ...(keepDays === null ? {} : { keepDays }),
    keepTags: JSON.parse(keepTags) as string[],
  }))
}

/** False when there is none. */
export async function deleteRule(db: Db, scope: string): Promise<boolean> {
  const result = await db.deleteFrom('retention_rules').where('scope', '=', scope).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** False when it is on record already. */
export async function insertErasure(db: Db, experimentId: string, { rule, ...erasure }: Erasure): Promise<boolean> {
  const result = await db
    .insertInto('retention_erasures')
    .values({ ...erasure, experimentId, rule: JSON.stringify(rule) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The newest first. */
export function listErasures(db: Db, query: PageQuery): Promise<Page<Erasure>> {
  const erasures = db.selectFrom('retention_erasures').selectAll()
  return readPage(erasures, { erasedAt: 'desc', runId: 'desc' }, query, ({ experimentId: _, rule, ...row }) => ({
    ...row,
    rule: JSON.parse(rule) as Erasure['rule'],
  }))
}
