import type { Kysely } from 'kysely'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../kernel/paging.ts'
import type { Webhook, WebhookState } from './model.ts'
import type { WebhookTables } from './tables.ts'

export type HookRow = WebhookTables['webhooks_hooks']
type Db = Kysely<WebhookTables>

export function toWebhook({ secret, events, ...row }: HookRow): Webhook {
  return {
    ...row,
    state: row.state as WebhookState,
    events: JSON.parse(events) as string[],
    hasSecret: secret !== null,
  }
}

export async function insertHook(db: Db, row: HookRow): Promise<void> {
  await db.insertInto('webhooks_hooks').values(row).execute()
}

export function findHook(db: Db, id: string): Promise<HookRow | undefined> {
  return db.selectFrom('webhooks_hooks').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function updateHook(db: Db, id: string, changes: Partial<HookRow>): Promise<void> {
  await db.updateTable('webhooks_hooks').set(changes).where('id', '=', id).execute()
}

export function activeHooks(db: Db): Promise<HookRow[]> {
  return db.selectFrom('webhooks_hooks').selectAll().where('state', '=', 'active').orderBy('id').execute()
}

/** Newest first. */
export async function listHooks(db: Db, query: PageQuery & { format?: string | undefined }): Promise<Page<Webhook>> {
  const after = decodeCursor(query.cursor, 1)
  let rows = db
    .selectFrom('webhooks_hooks')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (query.format !== undefined) rows = rows.where('format', '=', query.format)
  if (after !== undefined) rows = rows.where('id', '<', String(after[0]))
  const page = toPage(await rows.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toWebhook) }
}

/** With everything that was delivered to it. */
export async function eraseHook(db: Db, id: string): Promise<void> {
  const deliveries = db.selectFrom('webhooks_deliveries').select('id').where('hookId', '=', id)
  await db.deleteFrom('webhooks_attempts').where('deliveryId', 'in', deliveries).execute()
  await db.deleteFrom('webhooks_deliveries').where('hookId', '=', id).execute()
  await db.deleteFrom('webhooks_hooks').where('id', '=', id).execute()
}
