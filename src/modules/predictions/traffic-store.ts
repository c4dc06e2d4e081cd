import type { Kysely } from 'kysely'
import { addBuckets, type Buckets } from '../../platform/inference/index.ts'
import type { PredictionTables, TrafficRow } from './tables.ts'

type Db = Kysely<PredictionTables>
export type TrafficCount = Omit<TrafficRow, 'buckets'> & { buckets: Buckets }

const counters = ['requestCount', 'rowCount', 'errorCount', 'rejectedCount', 'droppedCount', 'latencySumUs'] as const

/** Adds to the row of its minute. Inside a transaction: it reads what it adds to. */
export async function addTraffic(db: Db, count: TrafficCount): Promise<void> {
  const key = { deployment: count.deployment, variant: count.variant, minute: count.minute }
  const found = await db
    .selectFrom('serving_traffic')
    .selectAll()
    .where('deployment', '=', key.deployment)
    .where('variant', '=', key.variant)
    .where('minute', '=', key.minute)
    .executeTakeFirst()
  if (found === undefined) {
    await db
      .insertInto('serving_traffic')
      .values({ ...count, buckets: JSON.stringify(count.buckets) })
      .execute()
    return
  }
  const sum = addTo({ ...found, buckets: JSON.parse(found.buckets) }, count)
  await db
    .updateTable('serving_traffic')
    .set({ ...sum, buckets: JSON.stringify(sum.buckets) })
    .where('deployment', '=', key.deployment)
    .where('variant', '=', key.variant)
    .where('minute', '=', key.minute)
    .execute()
}

/** `into` with `more` added; the key is that of `into`. */
export function addTo(into: TrafficCount, more: TrafficCount): TrafficCount {
  const sum = { ...into, buckets: { ...into.buckets } }
  for (const counter of counters) sum[counter] += more[counter]
  addBuckets(sum.buckets, more.buckets)
  return sum
}

/** Oldest first. */
export async function listTraffic(
  db: Db,
  range: { deployment: string; from: number; to: number },
): Promise<TrafficCount[]> {
  const rows = await db
    .selectFrom('serving_traffic')
    .selectAll()
    .where('deployment', '=', range.deployment)
    .where('minute', '>=', range.from)
    .where('minute', '<', range.to)
    .orderBy('minute')
    .execute()
  return rows.map((row) => ({ ...row, buckets: JSON.parse(row.buckets) }))
}
