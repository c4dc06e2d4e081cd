import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Filter } from '../../kernel/filter.ts'
import type { KeysetPart, SortTerm, TypedDatabase } from '../../platform/db/index.ts'
import { runEntity } from './run-fields.ts'
import type { Ordering } from './run-order.ts'
import type { RunQuery } from './service.ts'
import type { TrackingTables } from './tables.ts'

/**
 * How a search walks through the runs of one experiment. Asking 20,000 runs one by one for a metric costs 20,000 seeks,
 * so an index over (experiment, metric, latest value) leads instead where it can: to the few runs that a condition on a
 * metric leaves, or through all of them in the order wanted, until the page is full. Every way gives the same rows with
 * the same cursors: the next page may well take another.
 */
export interface RunSearch {
  readonly experimentId: string | undefined
  readonly filter: Filter | undefined
  readonly fieldName: RunQuery['fieldName']
  readonly where: readonly RawBuilder<SqlBool>[]
  readonly ordering: Ordering
}

const select = sql`r."id"`

export async function planOf(db: TypedDatabase<TrackingTables>, search: RunSearch): Promise<KeysetPart[]> {
  const { experimentId, ordering, where } = search
  if (experimentId !== undefined) {
    const range = await narrowest(db, experimentId, rangesOf(search.filter, search.fieldName))
    if (range !== undefined) return [throughRange(search, experimentId, range)]
    if (ordering.metric !== undefined) return inOrder(search, experimentId, ordering.metric)
  }
  return [{ select, from: sql`tracking_runs r ${joined(ordering)}`, where, terms: ordering.terms }]
}

const joined = ({ joins }: Ordering) => sql.join(joins, sql` `)

/** A condition that every run found must pass: its metric's latest value lies on one side of a bound, or on it. */
interface Range {
  readonly key: string
  readonly test: RawBuilder<SqlBool>
}

const rangeOperators = new Set(['=', '<', '<=', '>', '>='])

function rangesOf(filter: Filter | undefined, fieldName: RunQuery['fieldName']): Range[] {
  if (filter === undefined || filter.kind === 'not') return []
  if (filter.kind === 'condition') return rangeOf(filter, fieldName)
  return filter.kind === 'and' ? filter.parts.flatMap((part) => rangesOf(part, fieldName)) : []
}

function rangeOf({ field: written, operator, value }: Condition, fieldName: RunQuery['fieldName']): Range[] {
  const field = fieldName?.(written) ?? written
  const isLatest = runEntity(field) === 'metrics' && field.aggregate === undefined
  if (!isLatest || typeof value !== 'number' || !rangeOperators.has(operator)) return []
  const test = sql<SqlBool>`d."lastValue" ${sql.raw(operator)} cast(${value} as double precision)`
  return [{ key: field.key, test }]
}

const series = (experimentId: string, key: string, isNan: 0 | 1) =>
  sql<SqlBool>`d."experimentId" = ${experimentId} and d."key" = ${key} and d."lastIsNan" = ${sql.lit(isNan)}`

// Runs that are looked at one by one in about 5 ms; above that, walking in order fills the page sooner.
const few = 2000

/** The range with the fewest series, when they are few. Counting stops at the limit, so it costs little. */
async function narrowest(
  db: TypedDatabase<TrackingTables>,
  experimentId: string,
  ranges: readonly Range[],
): Promise<Range | undefined> {
  let best: { range: Range; count: number } | undefined
  for (const range of ranges) {
    const { rows } = await sql<{ count: number }>`select count(*) as "count" from (
      select 1 from tracking_series d where ${series(experimentId, range.key, 0)} and ${range.test} limit ${few + 1}
    ) counted`.execute(db.read)
    const count = Number(rows[0]?.count ?? 0)
    if (count <= few && count < (best?.count ?? few + 1)) best = { range, count }
  }
  return best?.range
}

/** SQLite keeps the order of a cross join: the series lead to the runs. PostgreSQL orders joins by its own statistics. */
const fromSeries = (ordering: Ordering) => sql`tracking_series d cross join tracking_runs r ${joined(ordering)}`
const sameRun = sql<SqlBool>`r."id" = d."runId"`

function throughRange({ ordering, where }: RunSearch, experimentId: string, range: Range): KeysetPart {
  return {
    select,
    from: fromSeries(ordering),
    where: [sameRun, series(experimentId, range.key, 0), range.test, ...where],
    terms: ordering.terms,
  }
}

/** First the runs with a number in the order of the index, then those with NaN, then those without the metric. */
function inOrder(
  { where }: RunSearch,
  experimentId: string,
  { key, direction, rest }: NonNullable<Ordering['metric']>,
): KeysetPart[] {
  const terms = (rank: number, value: Partial<SortTerm>): SortTerm[] => [
    { expression: sql.lit(rank), direction: 'asc', fixed: rank },
    { expression: sql<number>`d."lastValue"`, direction, ...value },
    ...rest.terms,
  ]
  const from = fromSeries(rest)
  const known = (isNan: 0 | 1) => [series(experimentId, key, isNan), sameRun, ...where]
  const absent = sql<SqlBool>`not exists (
    select 1 from tracking_series o where o."runId" = r."id" and o."key" = ${key})`
  return [
    { select, from, where: known(0), terms: terms(0, {}) },
    // NaN is stored as 0, and what is not there sorts as 0.
    { select, from, where: known(1), terms: terms(1, { fixed: 0 }) },
    { select, from: sql`tracking_runs r ${joined(rest)}`, where: [absent, ...where], terms: terms(2, { fixed: 0 }) },
  ]
}
