import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

/** A webhook is told about events by POST; a delivery is one message to one webhook; an attempt is one request of it. */

export const WebhookState = z.enum(['active', 'disabled'])
export type WebhookState = z.infer<typeof WebhookState>

export const WebhookName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._ -]{0,61}[A-Za-z0-9])?$/,
    'a name has 1 to 63 letters, digits, dots, spaces, _ and -',
  )

export const Webhook = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  endpoint: z.string(),
  /** Event types; `registry.*` stands for all that begin so, `*` for every event. */
  events: z.array(z.string()),
  /** In whose words the events are written: `slipway`, or the name of a protocol. */
  format: z.string(),
  state: WebhookState,
  /** Deliveries are signed. The secret itself is never shown. */
  hasSecret: z.boolean(),
  createdBy: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Webhook = z.infer<typeof Webhook>

export const DeliveryState = z.enum(['pending', 'succeeded', 'failed', 'canceled'])
export type DeliveryState = z.infer<typeof DeliveryState>

export const DeliveryAttempt = z.object({
  number: z.number().int(),
  at: z.number(),
  durationMs: z.number(),
  /** HTTP status; absent when no answer came. */
  status: z.number().int().optional(),
  /** The first 2,000 characters of the answer. */
  responseBody: z.string().optional(),
  error: z.string().optional(),
})
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>

export const Delivery = z.object({
  id: z.string(),
  webhookId: z.string(),
  event: z.string(),
  state: DeliveryState,
  /** What is sent, as sent. */
  body: z.string(),
  isTest: z.boolean(),
  createdAt: z.number(),
  /** When it is tried next; absent once it has ended. */
  nextAttemptAt: z.number().optional(),
  attempts: z.array(DeliveryAttempt),
})
export type Delivery = z.infer<typeof Delivery>

/** True when one of the patterns (`a.b`, `a.*`, `*`) names the event. */
export function matchesEvent(patterns: readonly string[], event: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? event.startsWith(pattern.slice(0, -1)) : pattern === event,
  )
}

export const webhookErrors = defineErrors({
  webhook_not_found: ['not_found', 'There is no webhook {webhook}.', 'slipway webhooks list'],
  delivery_not_found: ['not_found', 'There is no delivery {delivery}.', 'slipway webhooks deliveries list <webhook>'],
  delivery_pending: ['conflict', 'Delivery {delivery} has not ended: it is tried again by itself.'],
  webhook_url_refused: ['invalid', 'The URL {url} is not allowed for a webhook: {problem}.'],
  webhook_event_unknown: ['invalid', 'There is no event {event} in the format {format}.'],
  webhook_format_unknown: ['invalid', 'There is no webhook format {format}; there is {known}.'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof webhookErrors> {}
}
