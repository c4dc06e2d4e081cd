import { attempt } from './attempt.ts'
import type { WebhookContext } from './context.ts'
import { deliver, toAttemptRow, toDeliveryRow } from './deliveries.ts'
import * as store from './delivery-store.ts'
import { createHooks, getHook } from './hooks.ts'
import { type Delivery, webhookErrors } from './model.ts'
import type { Webhooks } from './service.ts'

export function createWebhooks(ctx: WebhookContext): Webhooks {
  const { db, platform, formats } = ctx

  async function readDelivery(query: typeof db.read, id: string): Promise<Delivery> {
    const row = await store.findDelivery(query, id)
    const [delivery] = row === undefined ? [] : await store.withAttempts(query, [row])
    if (delivery === undefined) throw webhookErrors.delivery_not_found({ delivery: id })
    return delivery
  }

  const getDelivery = (id: string) => readDelivery(db.read, id)

  async function testWebhook(id: string, event?: string): Promise<Delivery> {
    const hook = await getHook(db.read, id)
    const format = formats.get(hook.format)
    const name = event ?? (JSON.parse(hook.events) as string[])[0] ?? '*'
    if (!format.knows(name)) throw webhookErrors.webhook_event_unknown({ event: name, format: format.name })
    const message = format.example(name, platform.clock.now())
    const made = toDeliveryRow(ctx, { hook, origin: '', message })
    const delivery = { ...made, origin: made.id, isTest: 1, attempt: 1, nextAttemptAt: null }
    const outcome = await attempt(ctx, { hook, delivery })
    const state = outcome.isDone ? 'succeeded' : 'failed'
    await db.transaction(async (tx) => {
      await store.insertDelivery(tx.query, { ...delivery, state, endedAt: platform.clock.now() })
      await store.insertAttempt(tx.query, toAttemptRow(delivery.id, 1, outcome))
    })
    return getDelivery(delivery.id)
  }

  return {
    ...createHooks(ctx),
    testWebhook,
    getDelivery,

    listDeliveries: async ({ webhook, ...query }) => {
      const { id } = await getHook(db.read, webhook)
      return store.listDeliveries(db.read, { hookId: id, ...query })
    },

    // Answered as it was written: once committed it may be delivered before anybody could read it.
    redeliver: (id) =>
      db.transaction(async (tx) => {
        const row = await store.findDelivery(tx.query, id)
        if (row === undefined) throw webhookErrors.delivery_not_found({ delivery: id })
        if (row.state === 'pending') throw webhookErrors.delivery_pending({ delivery: id })
        await store.updateDelivery(tx.query, id, {
          state: 'pending',
          endedAt: null,
          nextAttemptAt: platform.clock.now(),
        })
        await platform.jobs.enqueue(tx, deliver, { deliveryId: id })
        return readDelivery(tx.query, id)
      }),

    addFormat: (format) => formats.add(format),
  }
}
