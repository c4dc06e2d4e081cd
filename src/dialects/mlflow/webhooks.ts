import { isAppError } from '../../kernel/errors.ts'
import type { Webhook } from '../../modules/webhooks/index.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { webhookActions, webhookEntities, webhookExamples, webhookStatuses } from './webhook-events.ts'
import { webhookFormat } from './webhook-format.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Webhooks of these clients. Those of other formats have events that their messages cannot hold, and stay out of sight. */

const allow = { read: 'webhooks:read', write: 'webhooks:write' } as const

function toMessage(webhook: Webhook) {
  return compact({
    webhook_id: webhook.id,
    name: webhook.name,
    description: webhook.description || undefined,
    url: webhook.endpoint,
    events: webhook.events.map((event) => {
      const [entity, action] = event.toUpperCase().split('.')
      return { entity, action }
    }),
    status: webhook.state === 'active' ? 'ACTIVE' : 'DISABLED',
    creation_timestamp: webhook.createdAt,
    last_updated_timestamp: webhook.updatedAt,
  })
}

function eventOf(fields: Fields): string {
  const entity = fields.choice('entity', webhookEntities, 0)?.toLowerCase()
  const action = fields.choice('action', webhookActions, 0)?.toLowerCase()
  const event = `${entity}.${action}`
  if (webhookExamples.has(event)) return event
  const valid = [...webhookExamples.keys()]
    .filter((name) => name.startsWith(`${entity}.`))
    .map((name) => `'${name.split('.')[1]}'`)
  throw invalid(`Invalid action '${action}' for entity '${entity}'. Valid actions are: [${valid.join(', ')}]`)
}

function nameOf(name: string): string {
  if (/^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(name)) return name
  throw invalid(
    `Webhook name '${name}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`,
  )
}

function stateOf(fields: Fields): 'active' | 'disabled' | undefined {
  const status = fields.choice('status', webhookStatuses)
  return status === undefined ? undefined : status === 'ACTIVE' ? 'active' : 'disabled'
}

async function webhookOf({ webhooks }: Mlflow, fields: Fields): Promise<Webhook> {
  const id = fields.required('webhook_id')
  const missing = wireError('RESOURCE_DOES_NOT_EXIST', `Webhook with ID ${id} not found.`)
  try {
    const webhook = await webhooks.getWebhook(id)
    if (webhook.format === webhookFormat) return webhook
  } catch (thrown) {
    if (!isAppError(thrown) || thrown.code !== 'webhook_not_found') throw thrown
  }
  throw missing
}

async function create({ webhooks }: Mlflow, fields: Fields, principalId: string): Promise<object> {
  const events = fields.messages('events').map(eventOf)
  if (events.length === 0) throw invalid('Webhook events cannot be empty')
  const webhook = await webhooks.createWebhook({
    name: nameOf(fields.required('name')),
    endpoint: fields.required('url'),
    events,
    description: fields.filled('description'),
    secret: fields.filled('secret'),
    state: stateOf(fields),
    format: webhookFormat,
    createdBy: principalId,
  })
  return { webhook: toMessage(webhook) }
}

async function update(mlflow: Mlflow, fields: Fields): Promise<object> {
  const { id } = await webhookOf(mlflow, fields)
  const name = fields.filled('name')
  const events = fields.messages('events').map(eventOf)
  const secret = fields.text('secret')
  const webhook = await mlflow.webhooks.updateWebhook(id, {
    name: name === undefined ? undefined : nameOf(name),
    endpoint: fields.filled('url'),
    events: events.length === 0 ? undefined : events,
    description: fields.text('description'),
    secret: secret === '' ? null : secret,
    state: stateOf(fields),
  })
  return { webhook: toMessage(webhook) }
}

async function list({ webhooks }: Mlflow, fields: Fields): Promise<object> {
  const page = await webhooks.listWebhooks({
    format: webhookFormat,
    limit: fields.limit('max_results', { fallback: 100, most: 1000 }),
    cursor: fields.filled('page_token'),
  })
  return compact({ webhooks: page.items.map(toMessage), next_page_token: page.nextCursor })
}

async function test(mlflow: Mlflow, fields: Fields): Promise<object> {
  const { id } = await webhookOf(mlflow, fields)
  const event = fields.message('event')
  const delivery = await mlflow.webhooks.testWebhook(id, event === undefined ? undefined : eventOf(event))
  const [attempt] = delivery.attempts
  // Their own server calls every answer below 400 a success; a redirect is none, because it is not followed.
  return {
    result: compact({
      success: delivery.state === 'succeeded',
      response_status: attempt?.status,
      response_body: attempt?.responseBody,
      error_message: attempt?.error === undefined ? undefined : `Failed to test webhook: ${attempt.error}`,
    }),
  }
}

export const webhookRoutes: readonly Rpc[] = [
  rpc('POST mlflow/webhooks', {
    allow: allow.write,
    run: (mlflow, fields, request) => create(mlflow, fields, request.principal.id),
  }),
  rpc('GET mlflow/webhooks', { allow: allow.read, run: list }),
  rpc('GET mlflow/webhooks/{webhook_id}', {
    allow: allow.read,
    run: async (mlflow, fields) => ({ webhook: toMessage(await webhookOf(mlflow, fields)) }),
  }),
  rpc('PATCH mlflow/webhooks/{webhook_id}', { allow: allow.write, run: update }),
  rpc('DELETE mlflow/webhooks/{webhook_id}', {
    allow: allow.write,
    run: async (mlflow, fields) => {
      await mlflow.webhooks.deleteWebhook((await webhookOf(mlflow, fields)).id)
      return {}
    },
  }),
  rpc('POST mlflow/webhooks/{webhook_id}/test', { allow: allow.write, run: test }),
]
