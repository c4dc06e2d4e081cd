import { createHmac } from 'node:crypto'
import { currentActor } from '../../kernel/actor.ts'
import type { Event } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'

/**
 * In whose words a webhook is told. The module has its own format; a dialect adds that of its clients, with their names of
 * events, their bodies and their headers. Every format signs alike: HMAC-SHA256 over `<id>.<timestamp>.<body>`, as the
 * Standard Webhooks specification has it.
 */
export interface WebhookFormat {
  readonly name: string
  /** Names of the headers that carry the delivery's id, the time in seconds, and the signature. */
  readonly headers: { readonly id: string; readonly timestamp: string; readonly signature: string }
  /** Whether one can subscribe to an event of this name. */
  readonly knows: (event: string) => boolean
  /** What an event is in these words: nothing, one message, or several. */
  readonly translate: (event: Event) => Promise<readonly Message[]>
  /** The message by which a webhook is tried out. */
  readonly example: (event: string, at: number) => Message
}

export interface Message {
  readonly event: string
  readonly body: JsonObject
}

/** `{id, type, subject, at, actor, payload}`: the event as it stands in the outbox. */
export const ownFormat: WebhookFormat = {
  name: 'slipway',
  headers: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
  knows: (event) => /^(\*|[a-z]+(\.[A-Za-z]+)*(\.\*)?)$/.test(event),
  translate: ({ seq, type, subject, at, actor, payload }) =>
    Promise.resolve([
      { event: type, body: { id: seq, type, subject, at, actor: { ...actor }, payload: payload as JsonObject } },
    ]),
  example: (type, at) => ({
    event: type,
    body: { id: 0, type, subject: 'test', at, actor: { ...currentActor() }, payload: { test: true } },
  }),
}

interface Signed {
  readonly deliveryId: string
  readonly at: number
  readonly body: string
  readonly secret: string | undefined
}

export function headersOf(format: WebhookFormat, { deliveryId, at, body, secret }: Signed): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const headers = { [format.headers.id]: deliveryId, [format.headers.timestamp]: timestamp }
  if (secret === undefined) return headers
  const signature = createHmac('sha256', secret).update(`${deliveryId}.${timestamp}.${body}`).digest('base64')
  return { ...headers, [format.headers.signature]: `v1,${signature}` }
}
