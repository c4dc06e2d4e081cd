import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { TypedDatabase } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { RunScope } from './run.ts'
import { scopeConditions } from './run-scope.ts'

const KeyCount = z.object({ key: z.string(), count: z.number().int() })
type KeyCount = z.infer<typeof KeyCount>

/** What runs were logged with: the names of columns. */
export const RunKeys = z.object({
  /** How many of the newest runs were counted. */
  counted: z.number().int(),
  /** Every metric of the experiments; `count` is how many of the counted runs have it. */
  metrics: z.array(KeyCount),
  /** Of the counted runs only: parameters and tags have no index by experiment. */
  params: z.array(KeyCount),
  tags: z.array(KeyCount),
})
export type RunKeys = z.infer<typeof RunKeys>

type Db = TypedDatabase<TrackingTables>

// 100 runs of 500 metrics are counted in about 20 ms on two busy cores; 20,000 would take seconds.
const counted = 100

/** The most frequent first among the newest runs of the scope, then by name. */
export async function readRunKeys(db: Db, scope: RunScope, experimentIds: readonly string[]): Promise<RunKeys> {
  const where = scopeConditions(db, scope, experimentIds)
  const { rows } = await sql<{ id: string }>`select r."id" from tracking_runs r
    where ${sql.join([sql<SqlBool>`1 = 1`, ...where], sql` and `)}
    order by r."startedAt" desc, r."id" desc limit ${sql.lit(counted)}`.execute(db.read)
  const ids = rows.map(({ id }) => id)
  const metrics = await countKeys(db, sql`tracking_series`, ids)
  const known = new Set(metrics.map(({ key }) => key))
  const older = await metricsOf(db, experimentIds)
  return {
    counted: ids.length,
    metrics: [...metrics, ...older.filter((key) => !known.has(key)).map((key) => ({ key, count: 0 }))],
    params: await countKeys(db, sql`tracking_params`, ids),
    tags: await countKeys(db, sql`tracking_tags`, ids),
  }
}

async function countKeys(db: Db, table: RawBuilder<unknown>, ids: readonly string[]): Promise<KeyCount[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ key: string; count: number }>`select "key", count(*) as "count" from ${table}
    where "runId" in (${sql.join(ids)}) group by "key" order by 2 desc, 1`.execute(db.read)
  return rows.map(({ key, count }) => ({ key, count: Number(count) }))
}

/** Every metric of the experiments, one seek each: the recursion jumps from one name to the next in the index. */
async function metricsOf(db: Db, experimentIds: readonly string[]): Promise<string[]> {
  const names = new Set<string>()
  for (const id of experimentIds) {
    const { rows } = await sql<{ key: string | null }>`with recursive names("key") as (
        select min("key") from tracking_series where "experimentId" = ${id}
        union all
        select (select min(s."key") from tracking_series s where s."experimentId" = ${id} and s."key" > names."key")
        from names where names."key" is not null
      ) select "key" from names`.execute(db.read)
    for (const { key } of rows) if (key !== null) names.add(key)
  }
  return [...names].sort()
}
