import { type SqlBool, sql } from 'kysely'
import { type Field, parseFilter, parseOrder } from '../../kernel/filter.ts'
import { filterErrors } from '../../kernel/filter-tokens.ts'
import type { Page } from '../../kernel/paging.ts'
import {
  type FilterColumn,
  filterToSql,
  keysetPage,
  nullsLast,
  plainColumn,
  type SortTerm,
  type TypedDatabase,
} from '../../platform/db/index.ts'
import type { TraceQuery } from './service.ts'
import type { TrackingTables } from './tables.ts'
import type { Trace } from './trace.ts'
import { type TraceRow, toTraces } from './trace-store.ts'

const attributes = new Map<string, 'text' | 'number'>([
  ['id', 'text'],
  ['experimentId', 'text'],
  ['state', 'text'],
  ['clientRequestId', 'text'],
  ['startedAt', 'number'],
  ['durationMs', 'number'],
])

export async function searchTraceRows(db: TypedDatabase<TrackingTables>, query: TraceQuery): Promise<Page<Trace>> {
  const filter = parseFilter(query.filter)
  const ids = query.experimentIds ?? []
  const column = (field: Field) => columnOf(query.fieldName?.(field) ?? field)
  const { rows, nextCursor } = await keysetPage<TraceRow>(db.read, {
    select: sql`t.*`,
    from: sql`tracking_traces t`,
    where: [
      ...(ids.length === 0 ? [] : [sql<SqlBool>`t."experimentId" in (${sql.join(ids)})`]),
      ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text: query.filter ?? '', column })]),
    ],
    terms: termsFor(query),
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await toTraces(db.read, rows), nextCursor }
}

function columnOf(field: Field): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  const table = entity.startsWith('tag') ? 'tags' : entity === 'metadata' ? 'metadata' : undefined
  if (table !== undefined) {
    const name = sql.raw(`tracking_trace_${table}`)
    const rows = sql`select 1 from ${name} x where x."traceId" = t."id" and x."key" = ${field.key}`
    return {
      type: 'text',
      where: (test) => sql`exists (${rows} and ${test(sql.ref('x.value'))})`,
      isAbsent: sql`not exists (${rows})`,
    }
  }
  const type = entity.startsWith('attr') ? attributes.get(field.key) : undefined
  if (type === undefined) return `traces have no "${field.entity ?? 'attribute'}.${field.key}"`
  return plainColumn(type, sql.ref(`t.${field.key}`))
}

function termsFor(query: TraceQuery): SortTerm[] {
  const given = (query.orderBy ?? []).flatMap((text) => {
    const { field, direction } = parseOrder(text)
    const { key } = query.fieldName?.(field) ?? field
    const type = attributes.get(key)
    if (type === undefined) throw filterErrors.order_invalid({ order: text, problem: `there is no "${key}"` })
    return nullsLast(sql.ref(`t.${key}`), direction, type)
  })
  const newest: SortTerm = { expression: sql.ref('t.startedAt'), direction: 'desc' }
  return [...given, newest, { expression: sql.ref('t.id'), direction: 'asc' }]
}
