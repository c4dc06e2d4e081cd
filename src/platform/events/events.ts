import type { Event, EventDefinition, Subscription } from '../../kernel/event.ts'
import type { Tx } from '../db/index.ts'

/**
 * What happened, in the order in which it was committed:
 *
 * Concurrency: any number of callers. Each subscription is delivered to by one process at a time, one event after another.
 * Ownership: an event belongs to the module that defines it; others read it and never change it.
 * Consistency: an event is there exactly when the transaction that emitted it is; its sequence number only grows, with
 * gaps, and is visible only when all before it are.
 * Durability: as the database's. A subscription keeps its place over restarts and hears of each event at least once: a
 * handler that throws is given the same event again, later each time, and nothing behind it. `follow` keeps no place.
 */
export interface Events {
  /** Appends to the outbox inside the caller's transaction, in the name of who acts. */
  emit<Payload>(tx: Tx, definition: EventDefinition<Payload>, subject: string, payload: Payload): Promise<void>
  /** Registers a durable reader; call before `start`. It begins at the first event there is. */
  subscribe(subscription: Subscription): void
  /** Begins delivery. */
  start(): Promise<void>
  /** Finishes the deliveries in hand and stops. */
  stop(): Promise<void>
  /** Events after `seq` (all when 0), oldest first, then live ones as they are committed, until the signal aborts. */
  follow(afterSeq: number, signal: AbortSignal): AsyncIterable<Event>
  /** The newest events first, for a list. */
  list(query: EventQuery): Promise<Event[]>
  /** Sequence number of the newest event; 0 when there is none. */
  lastSeq(): Promise<number>
  /** Resolves when every subscriber has handled all events committed so far. For tests and drains. */
  settled(): Promise<void>
}

export interface EventQuery {
  readonly limit: number
  readonly beforeSeq?: number | undefined
  readonly types?: readonly string[] | undefined
  readonly subject?: string | undefined
}
