import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
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
export function listHooks(db: Db, query: PageQuery & { format?: string | undefined }): Promise<Page<Webhook>> {
  let hooks = db.selectFrom('webhooks_hooks').selectAll()
  if (query.format !== undefined) hooks = hooks.where('format', '=', query.format)
  return readPage(hooks, { id: 'desc' }, query, toWebhook)
}

/** With everything that was delivered to it. */
export async function eraseHook(db: Db, id: string): Promise<void> {
  const deliveries = db.selectFrom('webhooks_deliveries').select('id').where('hookId', '=', id)
  await db.deleteFrom('webhooks_attempts').where('deliveryId', 'in', deliveries).execute()
  await db.deleteFrom('webhooks_deliveries').where('hookId', '=', id).execute()
  await db.deleteFrom('webhooks_hooks').where('id', '=', id).execute()
}
