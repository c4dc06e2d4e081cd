import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { StoredVariant } from '../../serving/index.ts'
import type { DeliveryTables } from '../tables.ts'
import type { AbTest } from './model.ts'
import type { AbTestRow } from './tables.ts'

type Db = Kysely<DeliveryTables>

export interface StoredAbTest extends AbTest {
  readonly deploymentId: string
  readonly startedSeq: number
  /** Its rewards are rows. */
  readonly isCollecting: boolean
  readonly variants: StoredVariant[]
}

export async function findAbTest(db: Db, id: string): Promise<StoredAbTest | undefined> {
  return one(await db.selectFrom('serving_ab_tests').selectAll().where('id', '=', id).executeTakeFirst())
}

export async function listRunningAbTests(db: Db, deployments: readonly string[]): Promise<StoredAbTest[]> {
  const query = db.selectFrom('serving_ab_tests').selectAll().where('deployment', 'in', deployments)
  return (await query.where('endedAt', 'is', null).execute()).map(toAbTest)
}

/** Newest first. */
export async function listAbTests(
  db: Db,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<StoredAbTest>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_ab_tests')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.deployment !== undefined) select = select.where('deployment', '=', query.deployment)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toAbTest) }
}

export async function insertAbTest(db: Db, test: StoredAbTest): Promise<void> {
  await db.insertInto('serving_ab_tests').values(toRow(test)).execute()
}

/** False when it has ended since it was read. */
export async function updateAbTest(db: Db, test: StoredAbTest): Promise<boolean> {
  const { state, result, decision, endedAt } = toRow(test)
  const update = await db
    .updateTable('serving_ab_tests')
    .set({ state, result, decision, endedAt })
    .where('id', '=', test.id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return update.numUpdatedRows === 1n
}

function one(row: AbTestRow | undefined): StoredAbTest | undefined {
  return row === undefined ? undefined : toAbTest(row)
}

function toAbTest({ settings, variants, result, decision, endedAt, isCollecting, ...row }: AbTestRow): StoredAbTest {
  return {
    ...row,
    ...JSON.parse(settings),
    state: row.state as AbTest['state'],
    startedSeq: Number(row.startedSeq),
    isCollecting: isCollecting === 1,
    variants: JSON.parse(variants),
    ...(result === null ? {} : { result: JSON.parse(result) }),
    ...(decision === null ? {} : { decision: JSON.parse(decision) }),
    ...(endedAt === null ? {} : { endedAt }),
  }
}

function toRow(test: StoredAbTest): AbTestRow {
  const {
    id,
    deploymentId,
    deployment,
    state,
    variants,
    result,
    decision,
    startedSeq,
    startedAt,
    endedAt,
    isCollecting,
    ...settings
  } = test
  return {
    id,
    deploymentId,
    deployment,
    state,
    startedSeq,
    startedAt,
    variants: JSON.stringify(variants),
    settings: JSON.stringify(settings),
    result: result === undefined ? null : JSON.stringify(result),
    decision: decision === undefined ? null : JSON.stringify(decision),
    endedAt: endedAt ?? null,
    isCollecting: isCollecting ? 1 : 0,
  }
}

export async function markAbTestCollecting(db: Db, id: string): Promise<void> {
  await db.updateTable('serving_ab_tests').set({ isCollecting: 1 }).where('id', '=', id).execute()
}
