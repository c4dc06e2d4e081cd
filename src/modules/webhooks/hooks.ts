import { checkUrl } from './address.ts'
import type { WebhookContext } from './context.ts'
import * as store from './hook-store.ts'
import { type Webhook, webhookErrors } from './model.ts'
import type { NewWebhook, WebhookChanges, Webhooks } from './service.ts'

type Db = WebhookContext['db']['read']

export async function getHook(db: Db, id: string): Promise<store.HookRow> {
  const row = await store.findHook(db, id)
  if (row === undefined) throw webhookErrors.webhook_not_found({ webhook: id })
  return row
}

type Hooks = Pick<Webhooks, 'createWebhook' | 'getWebhook' | 'listWebhooks' | 'updateWebhook' | 'deleteWebhook'>

export function createHooks({ db, platform, config, formats }: WebhookContext): Hooks {
  function checkEvents(events: readonly string[], format: string): void {
    const { knows } = formats.get(format)
    const unknown = events.find((event) => !knows(event))
    if (unknown !== undefined) throw webhookErrors.webhook_event_unknown({ event: unknown, format })
  }

  return {
    createWebhook: async (input: NewWebhook): Promise<Webhook> => {
      const { name, endpoint, events, format = 'slipway' } = input
      checkEvents(events, format)
      checkUrl(endpoint, config)
      const now = platform.clock.now()
      const row: store.HookRow = {
        id: platform.ids('whk'),
        name,
        description: input.description ?? '',
        endpoint,
        format,
        events: JSON.stringify([...new Set(events)]),
        state: input.state ?? 'active',
        secret: input.secret ?? null,
        createdBy: input.createdBy ?? 'system',
        createdAt: now,
        updatedAt: now,
      }
      await db.transaction((tx) => store.insertHook(tx.query, row))
      return store.toWebhook(row)
    },

    getWebhook: async (id) => store.toWebhook(await getHook(db.read, id)),

    listWebhooks: (query) => store.listHooks(db.read, query),

    updateWebhook: (id: string, { events, ...changes }: WebhookChanges): Promise<Webhook> =>
      db.transaction(async (tx) => {
        const before = await getHook(tx.query, id)
        if (events !== undefined) checkEvents(events, before.format)
        if (changes.endpoint !== undefined) checkUrl(changes.endpoint, config)
        const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
        const list = events === undefined ? {} : { events: JSON.stringify([...new Set(events)]) }
        await store.updateHook(tx.query, id, { ...given, ...list, updatedAt: platform.clock.now() })
        return store.toWebhook(await getHook(tx.query, id))
      }),

    deleteWebhook: (id) =>
      db.transaction(async (tx) => {
        await getHook(tx.query, id)
        await store.eraseHook(tx.query, id)
      }),
  }
}
