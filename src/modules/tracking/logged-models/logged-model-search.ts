import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Field, type FilterValue, parseFilter, parseOrder } from '../../../kernel/filter.ts'
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
import type { DatasetScope, LoggedModel, LoggedModelQuery } from './logged-model.ts'
import { type LoggedModelRow, toLoggedModels } from './logged-model-store.ts'

const attributes = new Map<string, 'text' | 'number'>([
  ['id', 'text'],
  ['name', 'text'],
  ['modelType', 'text'],
  ['status', 'text'],
  ['sourceRunId', 'text'],
  ['experimentId', 'text'],
  ['createdAt', 'number'],
  ['updatedAt', 'number'],
])

export async function searchLoggedModelRows(
  db: TypedDatabase<TrackingTables>,
  query: LoggedModelQuery,
): Promise<Page<LoggedModel>> {
  const filter = parseFilter(query.filter)
  const column = (field: Field) => columnOf(query.fieldName?.(field) ?? field, query.datasets ?? [])
  const { fieldValue, filter: text = '' } = query
  const value =
    fieldValue && ((field: Field, given: FilterValue) => fieldValue(query.fieldName?.(field) ?? field, given))
  const ids = query.experimentIds ?? []
  const { rows, nextCursor } = await keysetPage<LoggedModelRow>(db.read, {
    select: sql`m.*`,
    from: sql`tracking_models m`,
    where: [
      sql<SqlBool>`m."lifecycle" = 'active'`,
      ...(ids.length === 0 ? [] : [sql<SqlBool>`m."experimentId" in (${sql.join(ids)})`]),
      ...(query.datasets?.length ? [sql<SqlBool>`exists (${measurements}${scopeOf(query.datasets)})`] : []),
      ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text, column, value })]),
    ],
    terms: termsFor(query),
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await toLoggedModels(db.read, rows), nextCursor }
}

const measurements = sql`select 1 from tracking_model_metrics x where x."modelId" = m."id"`

function columnOf(field: Field, datasets: readonly DatasetScope[]): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  if (entity.startsWith('metric')) {
    const rows = sql`${measurements} and x."key" = ${field.key}`
    return existing('number', sql`${rows} and x."isNan" = 0${scopeOf(datasets)}`)
  }
  const pairs = entity.startsWith('param') ? 'params' : entity.startsWith('tag') ? 'tags' : undefined
  if (pairs !== undefined) {
    const table = sql.raw(`tracking_model_${pairs}`)
    return existing('text', sql`select 1 from ${table} x where x."modelId" = m."id" and x."key" = ${field.key}`)
  }
  const type = entity.startsWith('attr') ? attributes.get(field.key) : undefined
  if (type === undefined) return `logged models have no "${field.entity ?? 'attribute'}.${field.key}"`
  return plainColumn(type, sql.ref(`m.${field.key}`))
}

function existing(type: 'text' | 'number', rows: RawBuilder<unknown>): FilterColumn {
  return {
    type,
    where: (test) => sql`exists (${rows} and ${test(sql.ref('x.value'))})`,
    isAbsent: sql`not exists (${rows})`,
  }
}

/** Only metrics measured on one of these datasets count. */
function scopeOf(datasets: readonly DatasetScope[]): RawBuilder<unknown> {
  if (datasets.length === 0) return sql``
  const each = datasets.map(({ name, digest }) =>
    digest === undefined
      ? sql`x."datasetName" = ${name}`
      : sql`(x."datasetName" = ${name} and x."datasetDigest" = ${digest})`,
  )
  return sql` and (${sql.join(each, sql` or `)})`
}

function termsFor(query: LoggedModelQuery): SortTerm[] {
  const given = (query.orderBy ?? []).flatMap((text) => {
    const { field, direction } = parseOrder(text)
    const own = query.fieldName?.(field) ?? field
    if (own.entity?.startsWith('metric')) {
      const rows = sql`tracking_model_metrics x where x."modelId" = m."id" and x."key" = ${own.key}`
      const newest = sql`order by x."timestamp" desc, x."step" desc, x."value" desc limit 1`
      const scope = scopeOf(query.orderDatasets ?? [])
      return nullsLast(sql`(select x."value" from ${rows} and x."isNan" = 0${scope} ${newest})`, direction, 'number')
    }
    const type = attributes.get(own.key)
    if (type === undefined) throw filterErrors.order_invalid({ order: text, problem: `there is no "${own.key}"` })
    return nullsLast(sql.ref(`m.${own.key}`), direction, type)
  })
  const usual: SortTerm[] = [{ expression: sql.ref('m.createdAt'), direction: 'desc' }]
  return [...(given.length > 0 ? given : usual), { expression: sql.ref('m.id'), direction: 'desc' }]
}
