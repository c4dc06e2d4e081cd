import { expect, it } from 'vitest'
import { z } from 'zod'
import { currentActor, type Principal, runAs } from '../../kernel/actor.ts'
import { defineEvent, type Event, subscribe } from '../../kernel/event.ts'
import { describeDatabases } from '../../testing/databases.ts'
import type { Database } from '../db/index.ts'
import { createLog, systemClock } from '../runtime/index.ts'
import { createEvents, type Events, eventMigrations } from './index.ts'
import type { EventTables } from './tables.ts'

const built = defineEvent('test.boat.built', 'A boat was built.', z.object({ name: z.string() }), {
  sentence: '{name} was built',
})
const sunk = defineEvent('test.boat.sunk', 'A boat sank.', z.object({ name: z.string() }), { sentence: '{name} sank' })

function outbox(db: Database, owner = 'one'): Events {
  return createEvents({ db, clock: systemClock, log: createLog('silent'), owner })
}

const build = (db: Database, events: Events, name: string) =>
  db.transaction((tx) => events.emit(tx, built, name, { name }))

async function take(stream: AsyncIterable<Event>, count: number): Promise<string[]> {
  const subjects: string[] = []
  for await (const event of stream) {
    subjects.push(event.subject)
    if (subjects.length === count) break
  }
  return subjects
}

describeDatabases('events', eventMigrations, (open, dialect) => {
  it('delivers in order, only the types asked for, and remembers the position across restarts', async () => {
    const db = await open()
    const seen: string[] = []
    const listen = (events: Events) =>
      events.subscribe(subscribe('yard', built, async (event) => void seen.push(event.payload.name)))

    const first = outbox(db)
    listen(first)
    await first.start()
    await build(db, first, 'a')
    await db.transaction((tx) => first.emit(tx, sunk, 'a', { name: 'a' }))
    await build(db, first, 'b')
    await first.settled()
    await first.stop()
    await build(db, first, 'c')

    const second = outbox(db)
    listen(second)
    await second.start()
    await second.settled()
    await second.stop()
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('delivers a failing event again before any later one', async () => {
    const db = await open()
    const seen: string[] = []
    let failures = 2
    const events = outbox(db)
    events.subscribe(
      subscribe('yard', built, async (event) => {
        if (event.subject === 'b' && failures-- > 0) throw new Error('on purpose')
        seen.push(event.subject)
      }),
    )
    await events.start()
    for (const name of ['a', 'b', 'c']) await build(db, events, name)
    await events.settled()
    await events.stop()
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('never shows an event of a transaction that was rolled back', async () => {
    const db = await open()
    const events = outbox(db)
    await db
      .transaction(async (tx) => {
        await events.emit(tx, built, 'ghost', { name: 'ghost' })
        throw new Error('on purpose')
      })
      .catch(() => {})
    expect(await events.list({ limit: 10 })).toEqual([])
  })

  it('says in whose name each event happened, also when transactions share a commit', async () => {
    const db = await open()
    const events = outbox(db)
    const actors: Principal[] = ['ann', 'bob', 'cid'].map((id) => ({ id, kind: 'token' }))
    await Promise.all(actors.map((actor) => runAs(actor, () => build(db, events, actor.id))))
    await build(db, events, 'nobody asked')
    const rows = await events.list({ limit: 10 })
    expect(Object.fromEntries(rows.map(({ subject, actor }) => [subject, actor.id]))).toEqual({
      ann: 'ann',
      bob: 'bob',
      cid: 'cid',
      'nobody asked': 'server',
    })
  })

  it('knows no actor of events that were written before there were any', async () => {
    const db = await open()
    const old = { type: built.type, subject: 'old', payload: '{"name":"old"}', at: 0, actor: null }
    await db.typed<EventTables>().transaction(({ query }) => query.insertInto('slipway_events').values(old).execute())
    const [event] = await outbox(db).list({ limit: 1 })
    expect(event?.actor).toEqual({ id: 'unknown', kind: 'unknown' })
  })

  it('lets the module that reacts act, and not who caused the event', async () => {
    const db = await open()
    const events = outbox(db)
    const reacting: Principal[] = []
    events.subscribe(subscribe('yard.build', built, async () => void reacting.push(currentActor())))
    await events.start()
    await runAs({ id: 'ann', kind: 'token' }, () => build(db, events, 'a'))
    await events.settled()
    await events.stop()
    expect(reacting).toEqual([{ id: 'yard', kind: 'system' }])
  })

  it('follows from a position: what was missed first, then what comes', async () => {
    const db = await open()
    const events = outbox(db)
    for (const name of ['a', 'b', 'c']) await build(db, events, name)
    const [, missed] = (await events.list({ limit: 10 })).reverse()
    const stop = new AbortController()
    const following = take(events.follow(missed?.seq ?? 0, stop.signal), 2)
    await build(db, events, 'd')
    expect(await following).toEqual(['c', 'd'])
  })

  it('ends a follower when its signal aborts', async () => {
    const events = outbox(await open())
    const stop = new AbortController()
    const following = take(events.follow(0, stop.signal), 1)
    stop.abort()
    expect(await following).toEqual([])
  })

  // SQLite belongs to one server at a time, so only PostgreSQL has replicas.
  if (dialect !== 'postgres') return
  it('gives each event to one of two processes that share a subscription', async () => {
    const db = await open()
    const seen: string[] = []
    const processes = ['one', 'two'].map((owner) => {
      const events = outbox(db, owner)
      events.subscribe(subscribe('yard', built, async (event) => void seen.push(event.subject)))
      return events
    })
    await Promise.all(processes.map((events) => events.start()))
    const names = Array.from({ length: 120 }, (_, i) => `boat${String(i).padStart(3, '0')}`)
    for (const name of names) await build(db, processes[0] as Events, name)
    await expect.poll(() => seen.length).toBe(names.length)
    expect(seen).toEqual(names)
    await Promise.all(processes.map((events) => events.stop()))
  })
})
