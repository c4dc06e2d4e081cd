import { type SqlBool, sql } from 'kysely'
import { type Field, parseFilter, parseOrder } from '../../../kernel/filter.ts'
import { filterErrors } from '../../../kernel/filter-tokens.ts'
import type { Page } from '../../../kernel/paging.ts'
import {
  type FilterColumn,
  filterToSql,
  keysetPage,
  plainColumn,
  type SortTerm,
  type TypedDatabase,
} from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { Experiment, ExperimentQuery } from './experiment.ts'
import { withExperimentTags } from './experiment-store.ts'

const attributes = new Map<string, 'text' | 'number'>([
  ['id', 'text'],
  ['name', 'text'],
  ['number', 'number'],
  ['createdAt', 'number'],
  ['updatedAt', 'number'],
])

export async function searchExperimentRows(
  db: TypedDatabase<TrackingTables>,
  query: ExperimentQuery,
): Promise<Page<Experiment>> {
  const filter = parseFilter(query.filter)
  const lifecycle = query.lifecycle ?? 'active'
  const column = (field: Field) => columnOf(query.fieldName?.(field) ?? field)
  const { rows, nextCursor } = await keysetPage<TrackingTables['tracking_experiments']>(db.read, {
    select: sql`e.*`,
    from: sql`tracking_experiments e`,
    where: [
      ...(lifecycle === 'all' ? [] : [sql<SqlBool>`e."lifecycle" = ${lifecycle}`]),
      ...(query.folder === undefined ? [] : [isBelow(query.folder)]),
      ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text: query.filter ?? '', column })]),
    ],
    terms: termsFor(query),
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await withExperimentTags(db.read, rows), nextCursor }
}

const isBelow = (folder: string) => sql<SqlBool>`substr(e."name", 1, ${[...folder].length + 1}) = ${`${folder}/`}`

function columnOf(field: Field): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  if (entity === 'tags' || entity === 'tag') return tagColumn(field.key)
  if (!['attributes', 'attribute', 'attr'].includes(entity)) return `experiments have no "${field.entity}"`
  const type = attributes.get(field.key)
  if (type === undefined)
    return `experiments have no attribute "${field.key}"; there is ${[...attributes.keys()].join(', ')}`
  return plainColumn(type, sql.ref(`e.${field.key}`))
}

function tagColumn(key: string): FilterColumn {
  const rows = sql`select 1 from tracking_experiment_tags t where t."experimentId" = e."id" and t."key" = ${key}`
  return {
    type: 'text',
    where: (test) => sql`exists (${rows} and ${test(sql.ref('t.value'))})`,
    isAbsent: sql`not exists (${rows})`,
  }
}

function termsFor(query: ExperimentQuery): SortTerm[] {
  const given = (query.orderBy ?? []).map((text): SortTerm => {
    const { field, direction } = parseOrder(text)
    const { key } = query.fieldName?.(field) ?? field
    if (!attributes.has(key)) throw filterErrors.order_invalid({ order: text, problem: `there is no "${key}"` })
    return { expression: sql.ref(`e.${key}`), direction }
  })
  const usual: SortTerm[] = [{ expression: sql.ref('e.createdAt'), direction: 'desc' }]
  return [...(given.length > 0 ? given : usual), { expression: sql.ref('e.number'), direction: 'desc' }]
}
