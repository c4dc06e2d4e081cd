import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Delivery, DeliveryAttempt, DeliveryState } from './model.ts'
import type { WebhookTables } from './tables.ts'

export type DeliveryRow = WebhookTables['webhooks_deliveries']
type Db = Kysely<WebhookTables>

/** False when this event was handed to this webhook before. */
export async function insertDelivery(db: Db, row: DeliveryRow): Promise<boolean> {
  const result = await db
    .insertInto('webhooks_deliveries')
    .values(row)
    .onConflict((conflict) => conflict.columns(['hookId', 'origin']).doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export function findDelivery(db: Db, id: string): Promise<DeliveryRow | undefined> {
  return db.selectFrom('webhooks_deliveries').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function updateDelivery(db: Db, id: string, changes: Partial<DeliveryRow>): Promise<void> {
  await db.updateTable('webhooks_deliveries').set(changes).where('id', '=', id).execute()
}

export async function insertAttempt(db: Db, row: WebhookTables['webhooks_attempts']): Promise<void> {
  await db.insertInto('webhooks_attempts').values(row).execute()
}

export interface DeliveryQuery extends PageQuery {
  readonly hookId: string
  readonly state?: DeliveryState | undefined
}

/** Newest first, each with its attempts. */
export async function listDeliveries(db: Db, query: DeliveryQuery): Promise<Page<Delivery>> {
  let rows = db.selectFrom('webhooks_deliveries').selectAll().where('hookId', '=', query.hookId)
  if (query.state !== undefined) rows = rows.where('state', '=', query.state)
  const page = await readPage(rows, { id: 'desc' }, query)
  return { ...page, items: await withAttempts(db, page.items) }
}

export async function withAttempts(db: Db, rows: readonly DeliveryRow[]): Promise<Delivery[]> {
  const ids = rows.map((row) => row.id)
  const attempts =
    ids.length === 0
      ? []
      : await db
          .selectFrom('webhooks_attempts')
          .selectAll()
          .where('deliveryId', 'in', ids)
          .orderBy('deliveryId')
          .orderBy('number')
          .execute()
  const byDelivery = Map.groupBy(attempts, (attempt) => attempt.deliveryId)
  return rows.map((row) => toDelivery(row, (byDelivery.get(row.id) ?? []).map(toAttempt)))
}

function toDelivery(row: DeliveryRow, attempts: DeliveryAttempt[]): Delivery {
  return {
    id: row.id,
    webhookId: row.hookId,
    event: row.event,
    state: row.state as DeliveryState,
    body: row.body,
    isTest: row.isTest === 1,
    createdAt: row.createdAt,
    ...(row.nextAttemptAt === null ? {} : { nextAttemptAt: row.nextAttemptAt }),
    attempts,
  }
}

function toAttempt(row: WebhookTables['webhooks_attempts']): DeliveryAttempt {
  return {
    number: row.number,
    at: row.at,
    durationMs: row.durationMs,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.responseBody === null ? {} : { responseBody: row.responseBody }),
    ...(row.error === null ? {} : { error: row.error }),
  }
}

/** Ended before `before`, at most `limit` of them; answers how many there were. */
export async function eraseEnded(db: Db, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom('webhooks_deliveries')
    .select('id')
    .where('endedAt', '<', before)
    .orderBy('endedAt')
    .limit(limit)
    .execute()
  const ids = old.map((row) => row.id)
  if (ids.length === 0) return 0
  await db.deleteFrom('webhooks_attempts').where('deliveryId', 'in', ids).execute()
  await db.deleteFrom('webhooks_deliveries').where('id', 'in', ids).execute()
  return ids.length
}
