import { type Principal, runAs, system } from '../../kernel/actor.ts'
import type { Subscription } from '../../kernel/event.ts'
import { backoffMs, sleep } from '../../kernel/retry.ts'
import type { TypedDatabase } from '../db/index.ts'
import { type Clock, faultPoint, type Log } from '../runtime/index.ts'
import { claimReader, moveReader, selectAfter, selectLastSeq } from './store.ts'
import type { EventTables } from './tables.ts'
import type { Waker } from './waker.ts'

// Long enough for the slowest handler seen, short enough that another replica takes over soon.
const leaseMs = 30_000
// The position is saved after this many events at the latest; a crash repeats at most these.
const batchSize = 50

export interface ReaderEnv {
  readonly db: TypedDatabase<EventTables>
  readonly clock: Clock
  readonly log: Log
  readonly owner: string
  readonly waker: Waker
}

/** Delivers to one subscription until the signal aborts: in order, at least once, a failing event again and again. */
export class Reader {
  readonly #env: ReaderEnv
  readonly #subscription: Subscription
  /** What follows from an event is done by the module that reacts, not by who caused the event. */
  readonly #actor: Principal
  #position = -1

  constructor(env: ReaderEnv, subscription: Subscription) {
    this.#env = env
    this.#subscription = subscription
    this.#actor = system(subscription.name.split('.')[0] ?? subscription.name)
  }

  /** Last event that was handled or passed over; -1 before the first look. */
  get position(): number {
    return this.#position
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      // Taken before looking: an event committed in between then ends the wait at once.
      const wake = this.#env.waker.next(signal)
      try {
        if (await this.#deliverBatch(signal)) continue
        failures = 0
        await wake
      } catch (error) {
        failures += 1
        this.#env.log.error('event delivery failed', { reader: this.#subscription.name, attempt: failures, err: error })
        const wait = backoffMs({ firstDelayMs: 50, maxDelayMs: 10_000 }, failures)
        await sleep(wait, signal).catch(() => {})
      }
    }
  }

  /** Answers whether there may be more. */
  async #deliverBatch(signal: AbortSignal): Promise<boolean> {
    const { db, owner } = this.#env
    const { name, types } = this.#subscription
    const start = await this.#claim()
    if (start === undefined) return false
    const newest = await selectLastSeq(db.read)
    const events = await selectAfter(db.read, start, batchSize, types)
    let handled = start
    try {
      for (const event of events) {
        if (signal.aborted) break
        faultPoint('events.beforeDeliver')
        await runAs(this.#actor, () => this.#subscription.handle(event))
        faultPoint('events.delivered')
        handled = event.seq
      }
    } finally {
      // Nothing of interest up to `newest` either, when the batch was not full: skip it next time.
      const reached =
        events.length < batchSize && handled === (events.at(-1)?.seq ?? start) ? Math.max(handled, newest) : handled
      if (reached > start) await db.transaction((tx) => moveReader(tx.query, name, owner, reached))
      this.#position = reached
    }
    return events.length === batchSize
  }

  /** Where to go on from; undefined while another replica delivers. Nobody else does in a database of our own. */
  async #claim(): Promise<number | undefined> {
    const { db, clock, owner } = this.#env
    if (!db.dialect.isShared && this.#position >= 0) return this.#position
    const now = clock.now()
    const lease = { name: this.#subscription.name, owner, now, until: now + leaseMs }
    // SQLite has one server at a time (the lock of the data directory): whoever held the lease before is dead.
    if (!db.dialect.isShared) lease.now = Number.MAX_SAFE_INTEGER
    return db.transaction((tx) => claimReader(tx.query, lease))
  }
}
