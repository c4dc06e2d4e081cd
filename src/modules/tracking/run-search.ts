import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Field, parseFilter, parseOrder } from '../../kernel/filter.ts'
import { filterErrors } from '../../kernel/filter-tokens.ts'
import type { Page } from '../../kernel/paging.ts'
import { filterToSql, keysetPage, nullsLast, type SortTerm, type TypedDatabase } from '../../platform/db/index.ts'
import type { Run } from './model.ts'
import { runAttributes, runColumn, runEntity } from './run-fields.ts'
import { findRunRows, withLogged } from './run-store.ts'
import type { RunQuery } from './service.ts'
import type { TrackingTables } from './tables.ts'

/** `experimentIds` are ids; none means all experiments. */
export async function searchRunRows(
  db: TypedDatabase<TrackingTables>,
  query: RunQuery,
  experimentIds: readonly string[],
): Promise<Page<Run>> {
  const { joins, terms } = orderOf(query)
  // Only ids are sorted; whole rows are read for the page alone.
  const { rows, nextCursor } = await keysetPage<{ id: string }>(db.read, {
    select: sql`r."id"`,
    from: sql`tracking_runs r ${sql.join(joins, sql` `)}`,
    where: conditionsOf(db, query, experimentIds),
    terms,
    limit: query.limit,
    cursor: query.cursor,
  })
  const page = await findRunRows(
    db.read,
    rows.map((row) => row.id),
  )
  return { items: await withLogged(db.read, page), nextCursor }
}

function conditionsOf(
  db: TypedDatabase<TrackingTables>,
  query: RunQuery,
  experimentIds: readonly string[],
): RawBuilder<SqlBool>[] {
  const filter = parseFilter(query.filter)
  const lifecycle = query.lifecycle ?? 'active'
  const column = (field: Field) => runColumn(query.fieldName?.(field) ?? field)
  const [only] = experimentIds
  return [
    ...(experimentIds.length === 1 ? [sql<SqlBool>`r."experimentId" = ${only}`] : []),
    ...(experimentIds.length > 1 ? [sql<SqlBool>`r."experimentId" in (${sql.join(experimentIds)})`] : []),
    ...(lifecycle === 'all' ? [] : [sql<SqlBool>`r."lifecycle" = ${lifecycle}`]),
    ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text: query.filter ?? '', column })]),
  ]
}

interface Ordering {
  readonly joins: RawBuilder<unknown>[]
  readonly terms: SortTerm[]
}

/** Missing values come last in both directions, NaN just before them; ties go to the newest run. */
function orderOf(query: RunQuery): Ordering {
  const joins: RawBuilder<unknown>[] = []
  const terms: SortTerm[] = []
  const seen = new Set<string>()
  for (const text of query.orderBy ?? []) {
    const order = parseOrder(text)
    const field = query.fieldName?.(order.field) ?? order.field
    const entity = runEntity(field)
    const name = `${entity}.${field.key}`
    if (seen.has(name)) throw filterErrors.order_invalid({ order: text, problem: 'this field is there twice' })
    seen.add(name)
    const alias = sql.raw(`o${joins.length}`)
    if (entity === 'metrics') {
      joins.push(sql`left join tracking_series ${alias} on ${alias}."runId" = r."id" and ${alias}."key" = ${field.key}`)
      terms.push(...metricTerms(alias, field, order.direction))
    } else if (entity === 'params' || entity === 'tags') {
      const table = sql.raw(`tracking_${entity}`)
      joins.push(sql`left join ${table} ${alias} on ${alias}."runId" = r."id" and ${alias}."key" = ${field.key}`)
      terms.push(...nullsLast(sql`${alias}."value"`, order.direction, 'text'))
    } else if (entity === 'attributes' && runAttributes.has(field.key)) {
      const type = runAttributes.get(field.key) ?? 'text'
      terms.push(...nullsLast(sql.ref(`r.${field.key}`), order.direction, type))
    } else {
      throw filterErrors.order_invalid({ order: text, problem: `runs cannot be ordered by "${field.key}"` })
    }
  }
  terms.push({ expression: sql.ref('r.startedAt'), direction: 'desc' })
  terms.push({ expression: sql.ref('r.id'), direction: 'desc' })
  return { joins, terms }
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
