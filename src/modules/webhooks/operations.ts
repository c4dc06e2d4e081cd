import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Delivery, DeliveryState, Webhook, WebhookName, WebhookState } from './model.ts'
import type { Webhooks } from './service.ts'

const webhook = z.string().describe('Id of the webhook.')
const delivery = z.string().describe('Id of the delivery.')
const endpoint = z.string().max(2_000).describe('https:, or http: to this machine.')
const events = z
  .array(z.string().max(200))
  .min(1)
  .max(100)
  .describe('Event types: `registry.alias.moved`; `registry.*` for all that begin so; `*` for every event.')
const secret = z.string().min(8).max(500).describe('Signs the deliveries (HMAC-SHA256); never shown again.')
const description = z.string().max(10_000)

const create = operation({
  name: 'webhooks.create',
  http: 'POST /v1/webhooks',
  summary: 'Have a URL told about events.',
  description:
    'Each event is POSTed as JSON, at least once, with the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks); an answer other than 2xx is tried again.',
  input: z.object({
    name: WebhookName,
    endpoint,
    events,
    description: description.optional(),
    secret: secret.optional(),
    state: WebhookState.optional(),
  }),
  output: Webhook,
  errors: ['webhook_url_refused', 'webhook_event_unknown'],
  allow: 'webhooks:write',
  subject: 'webhooks',
  status: 201,
  cli: {
    args: ['name'],
    examples: [
      'slipway webhooks create promotions --endpoint https://ci.example.com/hook --events registry.alias.moved',
    ],
  },
  run: (webhooks: Webhooks, input, call) => webhooks.createWebhook({ ...input, createdBy: call.principal.id }),
})

const list = operation({
  name: 'webhooks.list',
  http: 'GET /v1/webhooks',
  summary: 'List webhooks, newest first.',
  input: z.object({ ...pageQuery }),
  output: pageOf(Webhook),
  allow: 'webhooks:read',
  subject: 'webhooks',
  run: (webhooks: Webhooks, input) => webhooks.listWebhooks(input),
})

const get = operation({
  name: 'webhooks.get',
  http: 'GET /v1/webhooks/{webhook}',
  summary: 'Show a webhook.',
  input: z.object({ webhook }),
  output: Webhook,
  errors: ['webhook_not_found'],
  allow: 'webhooks:read',
  subject: 'webhook:{webhook}',
  run: (webhooks: Webhooks, input) => webhooks.getWebhook(input.webhook),
})

const update = operation({
  name: 'webhooks.update',
  http: 'PATCH /v1/webhooks/{webhook}',
  summary: 'Change a webhook; deliveries that wait follow the change.',
  input: z.object({
    webhook,
    name: WebhookName.optional(),
    endpoint: endpoint.optional(),
    events: events.optional(),
    description: description.optional(),
    secret: secret.nullable().optional().describe('A new secret; null: no more signatures.'),
    state: WebhookState.optional(),
  }),
  output: Webhook,
  errors: ['webhook_not_found', 'webhook_url_refused', 'webhook_event_unknown'],
  allow: 'webhooks:write',
  subject: 'webhook:{webhook}',
  run: (webhooks: Webhooks, { webhook: id, ...changes }) => webhooks.updateWebhook(id, changes),
})

const remove = operation({
  name: 'webhooks.delete',
  http: 'DELETE /v1/webhooks/{webhook}',
  summary: 'Delete a webhook with its deliveries.',
  input: z.object({ webhook }),
  output: Nothing,
  errors: ['webhook_not_found'],
  allow: 'webhooks:write',
  subject: 'webhook:{webhook}',
  run: async (webhooks: Webhooks, input) => {
    await webhooks.deleteWebhook(input.webhook)
    return {}
  },
})

const test = operation({
  name: 'webhooks.test',
  http: 'POST /v1/webhooks/{webhook}/test',
  summary: 'Send an example event now and see what comes back.',
  input: z.object({ webhook, event: z.string().optional().describe('Default: the first it listens to.') }),
  output: Delivery,
  errors: ['webhook_not_found', 'webhook_event_unknown'],
  allow: 'webhooks:write',
  subject: 'webhook:{webhook}',
  run: (webhooks: Webhooks, input) => webhooks.testWebhook(input.webhook, input.event),
})

const deliveries = operation({
  name: 'webhooks.deliveries.list',
  http: 'GET /v1/webhooks/{webhook}/deliveries',
  summary: 'The deliveries of a webhook with every attempt, newest first.',
  input: z.object({ webhook, state: DeliveryState.optional(), ...pageQuery }),
  output: pageOf(Delivery),
  errors: ['webhook_not_found'],
  allow: 'webhooks:read',
  subject: 'webhook:{webhook}',
  run: (webhooks: Webhooks, input) => webhooks.listDeliveries(input),
})

const getDelivery = operation({
  name: 'webhooks.deliveries.get',
  http: 'GET /v1/webhook-deliveries/{delivery}',
  summary: 'One delivery with every attempt.',
  input: z.object({ delivery }),
  output: Delivery,
  errors: ['delivery_not_found'],
  allow: 'webhooks:read',
  subject: 'delivery:{delivery}',
  run: (webhooks: Webhooks, input) => webhooks.getDelivery(input.delivery),
})

const redeliver = operation({
  name: 'webhooks.deliveries.retry',
  http: 'POST /v1/webhook-deliveries/{delivery}/retry',
  summary: 'Send an ended delivery again, with the same id.',
  input: z.object({ delivery }),
  output: Delivery,
  errors: ['delivery_not_found', 'delivery_pending'],
  allow: 'webhooks:write',
  subject: 'delivery:{delivery}',
  run: (webhooks: Webhooks, input) => webhooks.redeliver(input.delivery),
})

export const operations = [create, list, get, update, remove, test, deliveries, getDelivery, redeliver]
