import { currentActor } from '../../kernel/actor.ts'
import type { Event, EventDefinition, Subscription } from '../../kernel/event.ts'
import { sleep } from '../../kernel/retry.ts'
import type { Database, Tx } from '../db/index.ts'
import type { Clock, Log } from '../runtime/index.ts'
import type { Events } from './events.ts'
import { Reader } from './reader.ts'
import { insertEvent, selectAfter, selectLastSeq, selectNewest } from './store.ts'
import type { EventTables } from './tables.ts'
import { createWaker } from './waker.ts'

// How late a replica may notice what another replica wrote.
const sharedPollMs = 500
const followPage = 500

export interface OutboxEnv {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  /** Id of this process, for the leases of readers in a shared database. */
  readonly owner: string
}

export function createEvents(env: OutboxEnv): Events {
  const db = env.db.typed<EventTables>()
  const waker = createWaker(db.dialect.isShared ? sharedPollMs : undefined)
  const subscriptions: Subscription[] = []
  const stopping = new AbortController()
  let readers: Reader[] = []
  let running: Promise<unknown> = Promise.resolve()

  async function emit<Payload>(
    tx: Tx,
    definition: EventDefinition<Payload>,
    subject: string,
    payload: Payload,
  ): Promise<void> {
    const { query, dialect } = tx.typed<EventTables>()
    if (dialect.lockOutbox !== undefined) await query.executeQuery(dialect.lockOutbox.compile(query))
    const checked = definition.payload.parse(payload)
    const actor = currentActor()
    await insertEvent(query, { type: definition.type, subject, payload: checked, actor, at: env.clock.now() })
    tx.onCommit(waker.wake)
  }

  async function* follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<Event> {
    let seq = afterSeq
    while (!signal.aborted && !stopping.signal.aborted) {
      const wake = waker.next(AbortSignal.any([signal, stopping.signal]))
      const events = await selectAfter(db.read, seq, followPage)
      for (const event of events) {
        if (signal.aborted) return
        yield event
        seq = event.seq
      }
      if (events.length < followPage) await wake
    }
  }

  return {
    emit,
    follow,
    subscribe: (subscription) => {
      if (subscriptions.some((other) => other.name === subscription.name)) {
        throw new Error(`two event subscriptions are named ${subscription.name}`)
      }
      subscriptions.push(subscription)
    },
    start: async () => {
      readers = subscriptions.map((subscription) => new Reader({ ...env, db, waker }, subscription))
      running = Promise.all(readers.map((reader) => reader.run(stopping.signal)))
    },
    stop: async () => {
      stopping.abort()
      await running
    },
    list: (query) => selectNewest(db.read, query),
    lastSeq: () => selectLastSeq(db.read),
    settled: async () => {
      const target = await selectLastSeq(db.read)
      while (!stopping.signal.aborted && readers.some((reader) => reader.position < target)) await sleep(5)
    },
  }
}
