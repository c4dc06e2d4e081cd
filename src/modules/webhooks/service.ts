import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { WebhookFormat } from './format.ts'
import type { Delivery, DeliveryState, Webhook, WebhookState } from './model.ts'

/** The door of webhooks. */
export interface Webhooks {
  /** Throws `webhook_url_refused`, `webhook_event_unknown` or `webhook_format_unknown`. */
  createWebhook(input: NewWebhook): Promise<Webhook>
  getWebhook(id: string): Promise<Webhook>
  listWebhooks(query: PageQuery & { format?: string | undefined }): Promise<Page<Webhook>>
  updateWebhook(id: string, changes: WebhookChanges): Promise<Webhook>
  /** With all its deliveries; those that wait are not sent any more. */
  deleteWebhook(id: string): Promise<void>
  /** Sends an example of the event (default the first it listens to) once, at once, and says what came back. */
  testWebhook(id: string, event?: string): Promise<Delivery>
  /** Newest first. */
  listDeliveries(query: DeliveriesOf): Promise<Page<Delivery>>
  getDelivery(id: string): Promise<Delivery>
  /** Tries an ended delivery again, with the same id and body. */
  redeliver(id: string): Promise<Delivery>
  /** A dialect adds the format of its clients; call when the server starts. */
  addFormat(format: WebhookFormat): void
}

export interface NewWebhook {
  readonly name: string
  readonly endpoint: string
  readonly events: readonly string[]
  readonly description?: string | undefined
  readonly secret?: string | undefined
  readonly state?: WebhookState | undefined
  readonly format?: string | undefined
  readonly createdBy?: string | undefined
}

export interface WebhookChanges {
  readonly name?: string | undefined
  readonly endpoint?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly description?: string | undefined
  /** Null removes it: deliveries are then not signed. */
  readonly secret?: string | null | undefined
  readonly state?: WebhookState | undefined
}

export interface DeliveriesOf extends PageQuery {
  readonly webhook: string
  readonly state?: DeliveryState | undefined
}
