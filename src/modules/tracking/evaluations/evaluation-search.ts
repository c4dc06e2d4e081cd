import { type SqlBool, sql } from 'kysely'
import { type Field, parseFilter, parseOrder } from '../../../kernel/filter.ts'
import { filterErrors } from '../../../kernel/filter-tokens.ts'
import type { Page } from '../../../kernel/paging.ts'
import {
  type FilterColumn,
  filterToSql,
  keysetPage,
  nullsLast,
  plainColumn,
  type SortTerm,
  type TypedDatabase,
} from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { EvaluationRecord, EvaluationSet, EvaluationSetQuery } from './evaluation-set.ts'
import { type RecordRow, type SetRow, toRecord, toSets } from './evaluation-store.ts'

type Db = TypedDatabase<TrackingTables>

const attributes = new Map<string, 'text' | 'number'>([
  ['id', 'text'],
  ['name', 'text'],
  ['createdBy', 'text'],
  ['updatedBy', 'text'],
  ['createdAt', 'number'],
  ['updatedAt', 'number'],
])

export async function searchSetRows(db: Db, query: EvaluationSetQuery): Promise<Page<EvaluationSet>> {
  const filter = parseFilter(query.filter)
  const { experimentIds = [] } = query
  const linked = sql<SqlBool>`exists (select 1 from tracking_evaluation_experiments l
    where l."setId" = s."id" and l."experimentId" in (${sql.join(experimentIds)}))`
  const column = (field: Field) => columnOf(query.fieldName?.(field) ?? field)
  const { rows, nextCursor } = await keysetPage<SetRow>(db.read, {
    select: sql`s.*`,
    from: sql`tracking_evaluation_sets s`,
    where: [
      ...(experimentIds.length === 0 ? [] : [linked]),
      ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text: query.filter ?? '', column })]),
    ],
    terms: termsFor(query),
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await toSets(db.read, rows), nextCursor }
}

function columnOf(field: Field): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  if (entity === 'tag' || entity === 'tags') {
    const rows = sql`select 1 from tracking_evaluation_tags x where x."setId" = s."id" and x."key" = ${field.key}`
    return {
      type: 'text',
      where: (test) => sql`exists (${rows} and ${test(sql.ref('x.value'))})`,
      isAbsent: sql`not exists (${rows})`,
    }
  }
  const type = entity.startsWith('attr') ? attributes.get(field.key) : undefined
  if (type === undefined) return `evaluation datasets have no "${field.entity ?? 'attribute'}.${field.key}"`
  return plainColumn(type, sql.ref(`s.${field.key}`))
}

function termsFor(query: EvaluationSetQuery): SortTerm[] {
  const given = (query.orderBy ?? []).flatMap((text) => {
    const { field, direction } = parseOrder(text)
    const { key } = query.fieldName?.(field) ?? field
    const type = attributes.get(key)
    if (type === undefined) throw filterErrors.order_invalid({ order: text, problem: `there is no "${key}"` })
    return nullsLast(sql.ref(`s.${key}`), direction, type)
  })
  const newest: SortTerm = { expression: sql.ref('s.createdAt'), direction: 'desc' }
  return [...(given.length > 0 ? given : [newest]), { expression: sql.ref('s.id'), direction: 'desc' }]
}

/** The cases of a set, oldest first. */
export async function listRecordRows(
  db: Db,
  setId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<EvaluationRecord>> {
  const { rows, nextCursor } = await keysetPage<RecordRow>(db.read, {
    select: sql`r.*`,
    from: sql`tracking_evaluation_records r`,
    where: [sql<SqlBool>`r."setId" = ${setId}`],
    terms: [
      { expression: sql.ref('r.createdAt'), direction: 'asc' },
      { expression: sql.ref('r.id'), direction: 'asc' },
    ],
    ...page,
  })
  return { items: rows.map(toRecord), nextCursor }
}
