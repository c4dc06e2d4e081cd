import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { StoredVariant } from '../../serving/index.ts'
import type { DeliveryTables } from '../tables.ts'
import type { Bandit } from './model.ts'
import type { BanditRow } from './tables.ts'

type Db = Kysely<DeliveryTables>

export interface StoredBandit extends Bandit {
  readonly deploymentId: string
  readonly startedSeq: number
  /** Its rewards are rows. */
  readonly isCollecting: boolean
  readonly variants: StoredVariant[]
}

export async function findBandit(db: Db, id: string): Promise<StoredBandit | undefined> {
  return one(await db.selectFrom('serving_bandits').selectAll().where('id', '=', id).executeTakeFirst())
}

export async function listRunningBandits(db: Db, deployments: readonly string[]): Promise<StoredBandit[]> {
  const query = db.selectFrom('serving_bandits').selectAll().where('deployment', 'in', deployments)
  return (await query.where('endedAt', 'is', null).execute()).map(toBandit)
}

/** Newest first. */
export async function listBandits(
  db: Db,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<StoredBandit>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_bandits')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.deployment !== undefined) select = select.where('deployment', '=', query.deployment)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toBandit) }
}

export async function insertBandit(db: Db, bandit: StoredBandit): Promise<void> {
  await db.insertInto('serving_bandits').values(toRow(bandit)).execute()
}

/** False when it has ended since it was read. */
export async function updateBandit(db: Db, bandit: StoredBandit): Promise<boolean> {
  const { state, history, endedAt } = toRow(bandit)
  const update = await db
    .updateTable('serving_bandits')
    .set({ state, history, endedAt })
    .where('id', '=', bandit.id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return update.numUpdatedRows === 1n
}

function one(row: BanditRow | undefined): StoredBandit | undefined {
  return row === undefined ? undefined : toBandit(row)
}

function toBandit({ settings, variants, history, endedAt, isCollecting, ...row }: BanditRow): StoredBandit {
  return {
    ...row,
    ...JSON.parse(settings),
    state: row.state as Bandit['state'],
    startedSeq: Number(row.startedSeq),
    isCollecting: isCollecting === 1,
    variants: JSON.parse(variants),
    history: JSON.parse(history),
    ...(endedAt === null ? {} : { endedAt }),
  }
}

function toRow(bandit: StoredBandit): BanditRow {
  const {
    id,
    deploymentId,
    deployment,
    state,
    variants,
    history,
    startedSeq,
    startedAt,
    endedAt,
    isCollecting,
    ...settings
  } = bandit
  return {
    id,
    deploymentId,
    deployment,
    state,
    startedSeq,
    startedAt,
    variants: JSON.stringify(variants),
    settings: JSON.stringify(settings),
    history: JSON.stringify(history),
    endedAt: endedAt ?? null,
    isCollecting: isCollecting ? 1 : 0,
  }
}

export async function markBanditCollecting(db: Db, id: string): Promise<void> {
  await db.updateTable('serving_bandits').set({ isCollecting: 1 }).where('id', '=', id).execute()
}
