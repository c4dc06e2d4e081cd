import { createIds } from '../kernel/ids.ts'
import { createTracking } from '../modules/tracking/create.ts'
import type { Tracking } from '../modules/tracking/index.ts'
import { trackingMigrations } from '../modules/tracking/migrations.ts'
import type { Database } from '../platform/db/index.ts'
import { createEvents, eventMigrations } from '../platform/events/index.ts'
import { createLog, systemClock } from '../platform/runtime/index.ts'

export const trackingSchema = [...eventMigrations, ...trackingMigrations]

export interface TrackingOver {
  readonly tracking: Tracking
  /** Of all that happened, in order. */
  readonly eventTypes: () => Promise<string[]>
}

/** Tracking alone over a database with `trackingSchema`, without datasets; `stored` are the digests of blobs that there are. */
export function trackingOver(db: Database, stored: readonly string[] = []): TrackingOver {
  const events = createEvents({ db, clock: systemClock, log: createLog('silent'), owner: 'test' })
  const tracking = createTracking({
    db: db.typed(),
    clock: systemClock,
    ids: createIds(systemClock.now),
    events,
    datasets: { getVersionSummary: () => Promise.reject(new Error('no datasets here')) },
    blobs: { hold: async (digest) => (stored.includes(digest) ? { digest, sizeBytes: 3 } : undefined) },
  })
  return { tracking, eventTypes: async () => (await events.list({ limit: 100 })).map((event) => event.type).reverse() }
}
