import { type RawBuilder, type SqlBool, sql } from 'kysely'
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
import type { Model, ModelVersion } from './model.ts'
import { type ModelRow, toModels } from './model-store.ts'
import type { ModelQuery, VersionQuery } from './requests.ts'
import type { RegistryTables } from './tables.ts'
import { type NamedVersionRow, toVersions } from './version-store.ts'

type Db = TypedDatabase<RegistryTables>

/** What a search may name: attributes by their columns, and the table of tags. */
interface Searched {
  readonly noun: string
  readonly attributes: ReadonlyMap<string, readonly ['text' | 'number', string]>
  readonly tags: RawBuilder<unknown>
}

const models: Searched = {
  noun: 'models',
  attributes: new Map([
    ['name', ['text', 'm.name']],
    ['createdAt', ['number', 'm.createdAt']],
    ['updatedAt', ['number', 'm.updatedAt']],
  ]),
  tags: sql`registry_model_tags t where t."modelId" = m."id"`,
}

const versions: Searched = {
  noun: 'model versions',
  attributes: new Map([
    ['model', ['text', 'm.name']],
    ['version', ['number', 'v.version']],
    ['runId', ['text', 'v.runId']],
    ['loggedModelId', ['text', 'v.loggedModelId']],
    ['source', ['text', 'v.source']],
    ['stage', ['text', 'v.stage']],
    ['format', ['text', 'v.format']],
    ['digest', ['text', 'v.digest']],
    ['createdAt', ['number', 'v.createdAt']],
    ['updatedAt', ['number', 'v.updatedAt']],
  ]),
  tags: sql`registry_version_tags t where t."versionId" = v."id"`,
}

export async function searchModelRows(db: Db, query: ModelQuery): Promise<Page<Model>> {
  const last: SortTerm = { expression: sql.ref('m.name'), direction: 'asc' }
  const { rows, nextCursor } = await keysetPage<ModelRow>(db.read, {
    select: sql`m.*`,
    from: sql`registry_models m`,
    where: conditions(db, models, query),
    terms: [...termsFor(models, query), last],
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await toModels(db.read, rows), nextCursor }
}

export async function searchVersionRows(db: Db, query: VersionQuery, modelId?: string): Promise<Page<ModelVersion>> {
  const given = termsFor(versions, query)
  const usual: SortTerm[] = [{ expression: sql.ref('v.updatedAt'), direction: 'desc' }]
  const { rows, nextCursor } = await keysetPage<NamedVersionRow>(db.read, {
    select: sql`v.*, m."name" as "model"`,
    from: sql`registry_versions v join registry_models m on m."id" = v."modelId"`,
    where: [
      ...(modelId === undefined ? [] : [sql<SqlBool>`v."modelId" = ${modelId}`]),
      ...conditions(db, versions, query),
    ],
    terms: [
      ...(given.length > 0 ? given : usual),
      { expression: sql.ref('m.name'), direction: 'asc' },
      { expression: sql.ref('v.version'), direction: 'desc' },
    ],
    limit: query.limit,
    cursor: query.cursor,
  })
  return { items: await toVersions(db.read, rows), nextCursor }
}

function conditions(db: Db, searched: Searched, query: ModelQuery): RawBuilder<SqlBool>[] {
  const filter = parseFilter(query.filter)
  if (filter === undefined) return []
  const column = (field: Field) => columnOf(searched, query.fieldName?.(field) ?? field)
  return [filterToSql(filter, { dialect: db.dialect, text: query.filter ?? '', column })]
}

function columnOf(searched: Searched, field: Field): FilterColumn | string {
  const entity = field.entity?.toLowerCase() ?? 'attributes'
  if (entity === 'tags' || entity === 'tag') {
    const rows = sql`select 1 from ${searched.tags} and t."key" = ${field.key}`
    return {
      type: 'text',
      where: (test) => sql`exists (${rows} and ${test(sql.ref('t.value'))})`,
      isAbsent: sql`not exists (${rows})`,
    }
  }
  if (!['attributes', 'attribute', 'attr'].includes(entity)) return `${searched.noun} have no "${field.entity}"`
  const found = searched.attributes.get(field.key)
  if (found !== undefined) return plainColumn(found[0], sql.ref(found[1]))
  return `${searched.noun} have no attribute "${field.key}"; there is ${[...searched.attributes.keys()].join(', ')}`
}

function termsFor(searched: Searched, query: ModelQuery): SortTerm[] {
  return (query.orderBy ?? []).flatMap((text) => {
    const { field, direction } = parseOrder(text)
    const { key } = query.fieldName?.(field) ?? field
    const found = searched.attributes.get(key)
    if (found === undefined) throw filterErrors.order_invalid({ order: text, problem: `there is no "${key}"` })
    return nullsLast(sql.ref(found[1]), direction, found[0])
  })
}
