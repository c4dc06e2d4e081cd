import type { Kysely, Selectable } from 'kysely'
import { actorOfColumn, actorToColumn } from '../../kernel/actor.ts'
import type { Event } from '../../kernel/event.ts'
import type { EventQuery } from './events.ts'
import type { EventTables } from './tables.ts'

type Db = Kysely<EventTables>

export async function insertEvent(db: Db, event: Omit<Event, 'seq'>): Promise<void> {
  await db
    .insertInto('slipway_events')
    .values({ ...event, payload: JSON.stringify(event.payload), actor: actorToColumn(event.actor) })
    .execute()
}

/** Events after `seq`, oldest first; of all types when `types` is undefined. */
export async function selectAfter(db: Db, seq: number, limit: number, types?: readonly string[]): Promise<Event[]> {
  let query = db.selectFrom('slipway_events').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit)
  if (types !== undefined) query = query.where('type', 'in', types)
  return (await query.execute()).map(toEvent)
}

export async function selectNewest(db: Db, query: EventQuery): Promise<Event[]> {
  let rows = db.selectFrom('slipway_events').selectAll().orderBy('seq', 'desc').limit(query.limit)
  if (query.beforeSeq !== undefined) rows = rows.where('seq', '<', query.beforeSeq)
  if (query.types !== undefined) rows = rows.where('type', 'in', query.types)
  if (query.subject !== undefined) rows = rows.where('subject', '=', query.subject)
  return (await rows.execute()).map(toEvent)
}

export async function selectLastSeq(db: Db): Promise<number> {
  const row = await db
    .selectFrom('slipway_events')
    .select((e) => e.fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** Takes or renews the right to deliver to `name`; answers its position, or undefined while another replica has it. */
export async function claimReader(
  db: Db,
  lease: { name: string; owner: string; now: number; until: number },
): Promise<number | undefined> {
  await db
    .insertInto('slipway_event_readers')
    .values({ name: lease.name, seq: 0, owner: lease.owner, leaseUntil: lease.until })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const claimed = await db
    .updateTable('slipway_event_readers')
    .set({ owner: lease.owner, leaseUntil: lease.until })
    .where('name', '=', lease.name)
    .where((e) => e.or([e('owner', '=', lease.owner), e('leaseUntil', '<', lease.now)]))
    .returning('seq')
    .executeTakeFirst()
  return claimed?.seq
}

export async function moveReader(db: Db, name: string, owner: string, seq: number): Promise<void> {
  await db
    .updateTable('slipway_event_readers')
    .set({ seq })
    .where('name', '=', name)
    .where('owner', '=', owner)
    .execute()
}

function toEvent(row: Selectable<EventTables['slipway_events']>): Event {
  return { ...row, payload: JSON.parse(row.payload), actor: actorOfColumn(row.actor) }
}
