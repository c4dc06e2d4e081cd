/**
 * The outbox: events are rows written in the transaction that made them true. Subscribers read them in order, each from
 * its own durable position, at least once; a live stream follows the same rows, so nobody sees an event that was rolled back.
 */
export type { EventQuery, Events } from './events.ts'
export { createEvents } from './outbox.ts'
export { eventMigrations } from './tables.ts'
