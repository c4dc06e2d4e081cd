/**
 * Webhooks: other systems are told about events by POST.
 *
 * Owns webhooks, deliveries and their attempts. Promises: an event that was committed while a webhook listened reaches it
 * at least once, with one id however often it is tried; every attempt can be looked at; a secret is never shown and
 * signs what is sent; a URL leads into no private network unless the settings allow it. Emits nothing.
 */
import { defineModule } from '../../platform/platform.ts'
import { webhookConfig } from './config.ts'
import { createFormats, type WebhookContext } from './context.ts'
import { createWebhooks } from './create.ts'
import { deliverHandler, fanOut } from './deliveries.ts'
import { operations } from './operations.ts'
import { webhookMigrations } from './tables.ts'

export type { Message, WebhookFormat } from './format.ts'
export { Delivery, DeliveryAttempt, DeliveryState, Webhook, WebhookState, webhookErrors } from './model.ts'
export type { NewWebhook, WebhookChanges, Webhooks } from './service.ts'

export const webhooks = defineModule({
  name: 'webhooks',
  needs: {},
  config: webhookConfig,
  migrations: webhookMigrations,
  events: [],
  operations,
  create: ({ platform, config }) => {
    const ctx: WebhookContext = { db: platform.db.typed(), platform, config, formats: createFormats() }
    return { door: createWebhooks(ctx), ctx }
  },
  jobs: ({ ctx }) => [deliverHandler(ctx)],
  subscriptions: ({ ctx }) => [fanOut(ctx)],
})
