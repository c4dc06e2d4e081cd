import type { z } from 'zod'
import type { Principal } from './actor.ts'

/**
 * Events tell upward what happened. They are written to the outbox in the transaction that made them true and delivered
 * at least once, in order, to each subscriber; a handler must bear a second delivery.
 */
export interface EventDefinition<Payload> extends EventReading {
  /** `module.noun.happened`, past tense: `registry.alias.moved`. */
  readonly type: string
  readonly summary: string
  readonly payload: z.ZodType<Payload>
}

/** How an event is told to people. */
export interface EventReading {
  /**
   * A template over the payload: `Alias {alias} of {model} points at v{to}[: {reason}]`. Of several the first is taken whose
   * fields are all there; a part in brackets is left out when a field in it is not. What a placeholder can do beside writing
   * its field is said in `sdk/event-sentence.ts`.
   */
  readonly sentence: string | readonly string[]
  /** The event comes in many small pieces: the field that tells their streams apart. The `count`s of one stream add up. */
  readonly stream?: string
}

export function defineEvent<Schema extends z.ZodType>(
  type: string,
  summary: string,
  payload: Schema,
  reading: EventReading,
): EventDefinition<z.output<Schema>> {
  return { type, summary, payload: payload as unknown as z.ZodType<z.output<Schema>>, ...reading }
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
