import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { TypedDatabase } from '../../../platform/db/index.ts'
import { MetricValue, toMetricValue } from '../metrics/metric.ts'
import { trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { RunScope } from './run.ts'
import { runAttributes } from './run-fields.ts'
import { scopeConditions } from './run-scope.ts'
import { loggedName } from './run-select.ts'

export interface GroupQuery extends RunScope {
  /** `params.depth`, `tags.team`, or an attribute of text: `status`. */
  readonly by: string
  /** Metrics whose latest values are summed up for each group. */
  readonly metrics?: readonly string[] | undefined
  readonly limit: number
}

/** Over the latest values that are numbers. */
const GroupMetric = z.object({
  key: z.string(),
  count: z.number().int(),
  mean: MetricValue,
  min: MetricValue,
  max: MetricValue,
})

const RunGroup = z.object({
  /** Absent for the runs that have no such value. */
  value: z.string().optional(),
  count: z.number().int(),
  metrics: z.array(GroupMetric),
})
type RunGroup = z.infer<typeof RunGroup>

export const RunGroups = z.object({ items: z.array(RunGroup) })
export type RunGroups = z.infer<typeof RunGroups>

type Db = TypedDatabase<TrackingTables>

/** Largest group first; runs without the value are a group of their own. */
export async function readRunGroups(db: Db, query: GroupQuery, experimentIds: readonly string[]): Promise<RunGroups> {
  const members = membersOf(query.by, scopeConditions(db, query, experimentIds))
  const { rows } = await sql<{ value: string | null; count: number }>`with members as (${members})
    select "value", count(*) as "count" from members
    group by "value" order by 2 desc, 1 limit ${query.limit}`.execute(db.read)
  const summaries = await readSummaries(db, members, query.metrics ?? [])
  return {
    items: rows.map(({ value, count }) => ({
      ...(value === null ? {} : { value }),
      count: Number(count),
      metrics: summaries.get(value) ?? [],
    })),
  }
}

/** The runs as id and value. */
function membersOf(by: string, where: readonly RawBuilder<SqlBool>[]): RawBuilder<unknown> {
  const all = sql.join([sql<SqlBool>`1 = 1`, ...where], sql` and `)
  const logged = loggedName(by)
  if (logged?.kind === 'params' || logged?.kind === 'tags') {
    const table = sql.raw(`tracking_${logged.kind}`)
    return sql`select r."id", g."value" from tracking_runs r
      left join ${table} g on g."runId" = r."id" and g."key" = ${logged.key} where ${all}`
  }
  const attribute = by.replace(/^attributes\./, '')
  if (logged !== undefined || runAttributes.get(attribute) !== 'text') throw trackingErrors.group_invalid({ by })
  return sql`select r."id", r.${sql.ref(attribute)} as "value" from tracking_runs r where ${all}`
}

interface SummaryRow {
  readonly value: string | null
  readonly key: string
  readonly count: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

async function readSummaries(db: Db, members: RawBuilder<unknown>, keys: readonly string[]) {
  const found = new Map<string | null, RunGroup['metrics']>()
  if (keys.length === 0) return found
  const { rows } = await sql<SummaryRow>`with members as (${members})
    select m."value", s."key", count(*) as "count", avg(s."lastValue") as "mean",
      min(s."lastValue") as "low", max(s."lastValue") as "high"
    from members m join tracking_series s on s."runId" = m."id" and s."lastIsNan" = 0
    where s."key" in (${sql.join(keys)}) group by m."value", s."key" order by s."key"`.execute(db.read)
  for (const { value, key, count, mean, low, high } of rows) {
    const own = found.get(value) ?? []
    const numbers = { mean: toMetricValue(mean), min: toMetricValue(low), max: toMetricValue(high) }
    own.push({ key, count: Number(count), ...numbers })
    found.set(value, own)
  }
  return found
}
