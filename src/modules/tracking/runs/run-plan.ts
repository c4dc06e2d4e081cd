import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Filter } from '../../../kernel/filter.ts'
import type { KeysetPart, SortTerm, TypedDatabase } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { RunQuery } from './run.ts'
import { runEntity } from './run-fields.ts'
import { newestFirst, type Ordering } from './run-order.ts'

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
  /** The conditions of the search with this filter. */
  readonly where: (filter: Filter | undefined) => readonly RawBuilder<SqlBool>[]
  readonly ordering: Ordering
}

const select = sql`r."id"`

export async function planOf(db: TypedDatabase<TrackingTables>, search: RunSearch): Promise<KeysetPart[]> {
  const { experimentId, ordering, filter } = search
  // First, because it says what is wrong with the filter.
  const where = search.where(filter)
  if (experimentId !== undefined) {
    const ranges = rangesOf(filter, search.fieldName)
    const range = await narrowest(db, { experimentId, ranges, most: isSorted(ordering) ? many : few })
    if (range !== undefined) return [throughRange(search, experimentId, range)]
    if (ordering.metric !== undefined) return inOrder(where, experimentId, ordering.metric)
  }
  return [{ select, from: sql`tracking_runs r ${joined(ordering)}`, where, terms: ordering.terms }]
}

/** No index gives this order: every run that matches is sorted, and walking does not end early. */
const isSorted = ({ metric, terms }: Ordering) => metric === undefined && terms.length > newestFirst.length

const joined = ({ joins }: Ordering) => sql.join(joins, sql` `)

/** A condition that every run found must pass: its metric's latest value lies on one side of a bound, or on it. */
interface Range {
  readonly condition: Condition
  readonly key: string
  readonly test: RawBuilder<SqlBool>
}

const rangeOperators = new Set(['=', '<', '<=', '>', '>='])

function rangesOf(filter: Filter | undefined, fieldName: RunQuery['fieldName']): Range[] {
  if (filter === undefined || filter.kind === 'not') return []
  if (filter.kind === 'condition') return rangeOf(filter, fieldName)
  return filter.kind === 'and' ? filter.parts.flatMap((part) => rangesOf(part, fieldName)) : []
}

function rangeOf(condition: Condition, fieldName: RunQuery['fieldName']): Range[] {
  const { field: written, operator, value } = condition
  const field = fieldName?.(written) ?? written
  const isLatest = runEntity(field) === 'metrics' && field.aggregate === undefined
  if (!isLatest || typeof value !== 'number' || !rangeOperators.has(operator)) return []
  const test = sql<SqlBool>`d."lastValue" ${sql.raw(operator)} cast(${value} as double precision)`
  return [{ condition, key: field.key, test }]
}

const series = (experimentId: string, key: string, isNan: 0 | 1) =>
  sql<SqlBool>`d."experimentId" = ${experimentId} and d."key" = ${key} and d."lastIsNan" = ${sql.lit(isNan)}`

// Runs that are looked at one by one in about 5 ms; above that, walking in order fills the page sooner.
const few = 2000
const many = 1_000_000

interface Choice {
  readonly experimentId: string
  readonly ranges: readonly Range[]
  readonly most: number
}

/** The range with the fewest series, when there are at most so many. Counting stops there, so it costs little. */
async function narrowest(
  db: TypedDatabase<TrackingTables>,
  { experimentId, ranges, most }: Choice,
): Promise<Range | undefined> {
  const counts = await Promise.all(
    ranges.map(async (range) => {
      const { rows } = await sql<{ count: number }>`select count(*) as "count" from (
        select 1 from tracking_series d where ${series(experimentId, range.key, 0)} and ${range.test} limit ${most + 1}
      ) counted`.execute(db.read)
      return { range, count: Number(rows[0]?.count ?? 0) }
    }),
  )
  const narrow = counts.filter(({ count }) => count <= most)
  return narrow.sort((a, b) => a.count - b.count)[0]?.range
}

/** SQLite keeps the order of a cross join: the series lead to the runs. PostgreSQL orders joins by its own statistics. */
const fromSeries = (ordering: Ordering) => sql`tracking_series d cross join tracking_runs r ${joined(ordering)}`
const sameRun = sql<SqlBool>`r."id" = d."runId"`

function throughRange({ ordering, filter, where }: RunSearch, experimentId: string, range: Range): KeysetPart {
  return {
    select,
    from: fromSeries(ordering),
    where: [sameRun, series(experimentId, range.key, 0), range.test, ...where(without(filter, range.condition))],
    terms: ordering.terms,
  }
}

/** The filter without a condition that every match passes anyway. */
function without(filter: Filter | undefined, condition: Condition): Filter | undefined {
  if (filter === condition || filter === undefined) return undefined
  if (filter.kind !== 'and') return filter
  const parts = filter.parts.flatMap((part) => without(part, condition) ?? [])
  return parts.length === 0 ? undefined : { ...filter, parts }
}

/** First the runs with a number in the order of the index, then those with NaN, then those without the metric. */
function inOrder(
  where: readonly RawBuilder<SqlBool>[],
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
