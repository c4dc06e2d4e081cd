import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Field, type Filter, parseFilter } from '../../../kernel/filter.ts'
import { filterToSql, type TypedDatabase } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { RunScope } from './run.ts'
import { runColumn } from './run-fields.ts'

/** The conditions on `tracking_runs r` under which a run is in the scope; `experimentIds` are ids, none means all. */
export function scopeConditions(
  db: TypedDatabase<TrackingTables>,
  scope: RunScope,
  experimentIds: readonly string[],
): RawBuilder<SqlBool>[] {
  return conditionsWith(db, { scope, experimentIds, filter: parseFilter(scope.filter) })
}

export interface ParsedScope {
  readonly scope: RunScope
  /** Instead of the scope's own filter, of which it is a part. */
  readonly filter: Filter | undefined
  readonly experimentIds: readonly string[]
}

export function conditionsWith(
  db: TypedDatabase<TrackingTables>,
  { scope, filter, experimentIds }: ParsedScope,
): RawBuilder<SqlBool>[] {
  const lifecycle = scope.lifecycle ?? 'active'
  const column = (field: Field) => runColumn(scope.fieldName?.(field) ?? field)
  const [only] = experimentIds
  return [
    ...(experimentIds.length === 1 ? [sql<SqlBool>`r."experimentId" = ${only}`] : []),
    ...(experimentIds.length > 1 ? [sql<SqlBool>`r."experimentId" in (${sql.join(experimentIds)})`] : []),
    ...(lifecycle === 'all' ? [] : [sql<SqlBool>`r."lifecycle" = ${lifecycle}`]),
    ...(filter === undefined ? [] : [filterToSql(filter, { dialect: db.dialect, text: scope.filter ?? '', column })]),
  ]
}
