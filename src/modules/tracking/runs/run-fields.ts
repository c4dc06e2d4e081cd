import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Field } from '../../../kernel/filter.ts'
import { type FilterColumn, plainColumn } from '../../../platform/db/index.ts'

/** What a filter or an order of runs may name. The searched table is `tracking_runs r`. */

export const runAttributes = new Map<string, 'text' | 'number'>([
  ['id', 'text'],
  ['experimentId', 'text'],
  ['name', 'text'],
  ['status', 'text'],
  ['createdBy', 'text'],
  ['parentRunId', 'text'],
  ['stepRunId', 'text'],
  ['sourceName', 'text'],
  ['commit', 'text'],
  ['startedAt', 'number'],
  ['endedAt', 'number'],
])

const entities = new Map([
  ['metric', 'metrics'],
  ['metrics', 'metrics'],
  ['param', 'params'],
  ['params', 'params'],
  ['parameter', 'params'],
  ['parameters', 'params'],
  ['tag', 'tags'],
  ['tags', 'tags'],
  ['dataset', 'datasets'],
  ['datasets', 'datasets'],
  ['attribute', 'attributes'],
  ['attributes', 'attributes'],
  ['attr', 'attributes'],
  ['run', 'attributes'],
])

/** `metrics`, `params`, `tags`, `datasets` or `attributes`; undefined for a word that is none of them. */
export function runEntity(field: Field): string | undefined {
  return entities.get(field.entity?.toLowerCase() ?? 'attributes')
}

export function runColumn(field: Field): FilterColumn | string {
  const entity = runEntity(field)
  if (field.aggregate !== undefined && entity !== 'metrics') return `only metrics have ${field.aggregate}()`
  if (entity === 'metrics') return metricColumn(field)
  if (entity === 'params' || entity === 'tags') {
    return textOf(
      sql`select 1 from ${sql.raw(`tracking_${entity}`)} p where p."runId" = r."id" and p."key" = ${field.key}`,
      'p.value',
    )
  }
  if (entity === 'datasets') {
    if (!['name', 'digest', 'context'].includes(field.key)) return 'datasets have name, digest and context'
    return textOf(sql`select 1 from tracking_inputs p where p."runId" = r."id"`, `p.${field.key}`)
  }
  if (entity === undefined)
    return `runs have no "${field.entity}"; there is metrics, params, tags, attributes, datasets`
  const type = runAttributes.get(field.key)
  if (type === undefined)
    return `runs have no attribute "${field.key}"; there is ${[...runAttributes.keys()].join(', ')}`
  return plainColumn(type, sql.ref(`r.${field.key}`))
}

function textOf(rows: RawBuilder<unknown>, column: string): FilterColumn {
  return {
    type: 'text',
    where: (test) => sql<SqlBool>`exists (${rows} and ${test(sql.ref(column))})`,
    isAbsent: sql<SqlBool>`not exists (${rows})`,
  }
}

/** The latest value, or with min() and max() the extreme. A NaN passes no comparison. */
function metricColumn(field: Field): FilterColumn {
  const rows = sql`select 1 from tracking_series s where s."runId" = r."id" and s."key" = ${field.key}`
  const column = field.aggregate === undefined ? 's.lastValue' : `s.${field.aggregate}Value`
  const isNumber = field.aggregate === undefined ? sql` and s."lastIsNan" = 0` : sql``
  return {
    type: 'number',
    where: (test) => sql<SqlBool>`exists (${rows}${isNumber} and ${test(sql.ref(column))})`,
    isAbsent: sql<SqlBool>`not exists (${rows})`,
  }
}
