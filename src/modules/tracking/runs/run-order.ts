import { type RawBuilder, sql } from 'kysely'
import { type Field, type Order, parseOrder } from '../../../kernel/filter.ts'
import { filterErrors } from '../../../kernel/filter-tokens.ts'
import { nullsLast, type SortTerm } from '../../../platform/db/index.ts'
import type { RunQuery } from './run.ts'
import { runAttributes, runEntity } from './run-fields.ts'

/** What a search is ordered by: tables to join to `tracking_runs r`, and the terms of the sort key. */
export interface Ordering {
  readonly joins: readonly RawBuilder<unknown>[]
  readonly terms: readonly SortTerm[]
  /** The metric whose latest value is the first thing to order by, with the ordering that remains beyond its two terms. */
  readonly metric?: { readonly key: string; readonly direction: 'asc' | 'desc'; readonly rest: Ordering } | undefined
}

// Each may join a table, and SQLite joins at most 64.
const maxOrders = 20

/** Missing values come last in both directions, NaN just before them; ties go to the newest run. */
export function orderOf(query: RunQuery): Ordering {
  const orders = (query.orderBy ?? []).map((text): Order => {
    const order = parseOrder(text)
    return { ...order, field: query.fieldName?.(order.field) ?? order.field }
  })
  const beyond = query.orderBy?.[maxOrders]
  if (beyond !== undefined) {
    throw filterErrors.order_invalid({ order: beyond, problem: `a search has at most ${maxOrders} orders` })
  }
  const seen = new Set<string>()
  for (const [index, { field }] of orders.entries()) {
    const name = `${runEntity(field)}.${field.key}`
    if (seen.has(name)) {
      throw filterErrors.order_invalid({ order: query.orderBy?.[index] ?? name, problem: 'this field is there twice' })
    }
    seen.add(name)
  }
  const parts = orders.map((order, index) => partOf(order, sql.raw(`o${index}`), query.orderBy?.[index] ?? ''))
  const whole = together(parts)
  const [first] = orders
  if (first === undefined || runEntity(first.field) !== 'metrics' || first.field.aggregate !== undefined) return whole
  return { ...whole, metric: { key: first.field.key, direction: first.direction, rest: together(parts.slice(1)) } }
}

export const newestFirst: readonly SortTerm[] = [
  { expression: sql.ref('r.startedAt'), direction: 'desc' },
  { expression: sql.ref('r.id'), direction: 'desc' },
]

function together(parts: readonly Ordering[]): Ordering {
  return {
    joins: parts.flatMap((part) => part.joins),
    terms: [...parts.flatMap((part) => part.terms), ...newestFirst],
  }
}

function partOf({ field, direction }: Order, alias: RawBuilder<unknown>, text: string): Ordering {
  const entity = runEntity(field)
  const on = sql`${alias} on ${alias}."runId" = r."id" and ${alias}."key" = ${field.key}`
  if (entity === 'metrics') {
    return { joins: [sql`left join tracking_series ${on}`], terms: metricTerms(alias, field, direction) }
  }
  if (entity === 'params' || entity === 'tags') {
    const joins = [sql`left join ${sql.raw(`tracking_${entity}`)} ${on}`]
    return { joins, terms: nullsLast(sql`${alias}."value"`, direction, 'text') }
  }
  const type = entity === 'attributes' ? runAttributes.get(field.key) : undefined
  if (type === undefined) {
    throw filterErrors.order_invalid({ order: text, problem: `runs cannot be ordered by "${field.key}"` })
  }
  return { joins: [], terms: nullsLast(sql.ref(`r.${field.key}`), direction, type) }
}

function metricTerms(alias: RawBuilder<unknown>, field: Field, direction: 'asc' | 'desc'): SortTerm[] {
  if (field.aggregate !== undefined) {
    return nullsLast(sql`${alias}.${sql.ref(`${field.aggregate}Value`)}`, direction, 'number')
  }
  const rank = sql<number>`case when ${alias}."key" is null then 2 when ${alias}."lastIsNan" = 1 then 1 else 0 end`
  return [
    { expression: rank, direction: 'asc' },
    { expression: sql<number>`coalesce(${alias}."lastValue", 0)`, direction },
  ]
}
