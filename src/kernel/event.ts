import type { z } from 'zod'
import type { Principal } from './actor.ts'

/**
 * Events tell upward what happened. They are written to the outbox in the transaction that made them true and delivered
 * at least once, in order, to each subscriber; a handler must bear a second delivery.
 */
export interface EventDefinition<Payload> {
  /** `module.noun.happened`, past tense: `registry.alias.moved`. */
  readonly type: string
  readonly summary: string
  readonly payload: z.ZodType<Payload>
}

export function defineEvent<Schema extends z.ZodType>(
  type: string,
  summary: string,
  payload: Schema,
): EventDefinition<z.output<Schema>> {
  return { type, summary, payload: payload as unknown as z.ZodType<z.output<Schema>> }
}

export interface Event<Payload = unknown> {
  /** Position in the outbox: grows, never reused; a client resumes a stream after it. */
  readonly seq: number
  readonly type: string
  /** Id of the thing it is about. */
  readonly subject: string
  readonly payload: Payload
  /** In whose name it happened. */
  readonly actor: Principal
  /** Epoch milliseconds. */
  readonly at: number
}

export interface Subscription {
  /** Durable name of the reader: its position is kept under it. */
  readonly name: string
  /** Absent: of every type. */
  readonly types?: readonly string[] | undefined
  readonly handle: (event: Event) => Promise<void>
}

/** `subscribe('lineage.edges', aliasMoved, async (event) => …)` with the payload typed. */
export function subscribe<Payload>(
  name: string,
  definition: EventDefinition<Payload>,
  handle: (event: Event<Payload>) => Promise<void>,
): Subscription {
  return { name, types: [definition.type], handle: handle as (event: Event) => Promise<void> }
}
