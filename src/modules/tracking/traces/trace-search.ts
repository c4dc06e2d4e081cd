import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Field, parseFilter, parseOrder } from '../../../kernel/filter.ts'
import { filterErrors } from '../../../kernel/filter-tokens.ts'
import type { Page } from '../../../kernel/paging.ts'
import {
  type Dialect,
  type FilterColumn,
  filterToSql,
  keysetPage,
  nullsLast,
  plainColumn,
  type SortTerm,
  type TypedDatabase,
} from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { Trace, TraceQuery } from './trace.ts'
import { type TraceRow, toTraces } from './trace-store.ts'

const endedAt = sql`(t."startedAt" + t."durationMs")`
const attributes = new Map<string, readonly ['text' | 'number', RawBuilder<unknown>]>([
  ...(['id', 'experimentId', 'name', 'state', 'clientRequestId', 'requestPreview', 'responsePreview'] as const).map(
    (key) => [key, ['text', sql.ref(`t.${key}`)]] as const,
  ),
  ['startedAt', ['number', sql.ref('t.startedAt')]],
  ['durationMs', ['number', sql.ref('t.durationMs')]],
  ['endedAt', ['number', endedAt]],
])

export async function searchTraceRows(db: TypedDatabase<TrackingTables>, query: TraceQuery): Promise<Page<Trace>> {
  const filter = parseFilter(query.filter)
  const ids = query.experimentIds ?? []
  const column = (field: Field) => columnOf(query.fieldName?.(field) ?? field, db.dialect)
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

/** The rows of another table that belong to the trace, and the column of them that a filter compares. */
function related(rows: RawBuilder<unknown>, value: RawBuilder<unknown>): FilterColumn {
  return {
    type: 'text',
    where: (test) => sql`exists (${rows} and ${test(value)})`,
    isAbsent: sql`not exists (${rows})`,
  }
}

/** Texts of JSON values: compared as numbers with a number, and then only those that are numbers. */
function judged(rows: RawBuilder<unknown>, value: RawBuilder<unknown>, dialect: Dialect): FilterColumn {
  const asNumber = { ...related(rows, dialect.numberIn(value)), type: 'number' } as const
  return { ...related(rows, value), asNumber }
}

const spans = sql`select 1 from tracking_spans x where x."traceId" = t."id"`
const spanColumns = ['name', 'kind', 'status']
// Every text of a span, one after the other, for searching any of them.
const spanText = sql`(x."name" || ' ' || x."attributes" || ' ' || x."details")`

function columnOf(field: Field, dialect: Dialect): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  const { key } = field
  if (entity === 'tag' || entity === 'tags' || entity === 'metadata') {
    const name = sql.raw(entity === 'metadata' ? 'tracking_trace_metadata' : 'tracking_trace_tags')
    return related(sql`select 1 from ${name} x where x."traceId" = t."id" and x."key" = ${key}`, sql.ref('x.value'))
  }
  if (entity === 'assessments' || entity === 'feedback' || entity === 'expectation') {
    const kind = entity === 'assessments' ? sql`` : sql` and x."kind" = ${entity}`
    const rows = sql`select 1 from tracking_assessments x where x."traceId" = t."id" and x."name" = ${key}${kind}`
    return judged(rows, sql.ref('x.value'), dialect)
  }
  if (entity === 'spans' && spanColumns.includes(key)) return related(spans, sql.ref(`x.${key}`))
  if (entity === 'spans' && key === 'text') return related(spans, spanText)
  if (entity === 'spanattributes') {
    return judged(spans, sql`cast(${dialect.jsonField('x.attributes', key)} as text)`, dialect)
  }
  if (!entity.startsWith('attr')) return `traces have no "${field.entity}.${key}"`
  if (key === 'runId') {
    return related(sql`select 1 from tracking_trace_runs x where x."traceId" = t."id"`, sql.ref('x.runId'))
  }
  if (key === 'prompt') {
    return related(sql`select 1 from tracking_trace_prompts x where x."traceId" = t."id"`, sql.ref('x.prompt'))
  }
  const [type, column] = attributes.get(key) ?? []
  if (type === undefined || column === undefined) return `traces have no "${field.entity ?? 'attribute'}.${key}"`
  return plainColumn(type, column)
}

function termsFor(query: TraceQuery): SortTerm[] {
  const given = (query.orderBy ?? []).flatMap((text) => {
    const { field, direction } = parseOrder(text)
    const { key } = query.fieldName?.(field) ?? field
    const [type, column] = attributes.get(key) ?? []
    if (type === undefined || column === undefined) {
      throw filterErrors.order_invalid({ order: text, problem: `there is no "${key}"` })
    }
    return nullsLast(column, direction, type)
  })
  const newest: SortTerm = { expression: sql.ref('t.startedAt'), direction: 'desc' }
  return [...given, newest, { expression: sql.ref('t.id'), direction: 'asc' }]
}
