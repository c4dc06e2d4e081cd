import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Field, type Filter, parseFilter } from '../../kernel/filter.ts'
import type { Page } from '../../kernel/paging.ts'
import { filterToSql, keysetPageOf, type TypedDatabase } from '../../platform/db/index.ts'
import type { Run } from './model.ts'
import { runColumn } from './run-fields.ts'
import { orderOf } from './run-order.ts'
import { planOf } from './run-plan.ts'
import { findRunRows, withLogged } from './run-store.ts'
import type { RunQuery } from './service.ts'
import type { TrackingTables } from './tables.ts'

/** `experimentIds` are ids; none means all experiments. */
export async function searchRunRows(
  db: TypedDatabase<TrackingTables>,
  query: RunQuery,
  experimentIds: readonly string[],
): Promise<Page<Run>> {
  const filter = parseFilter(query.filter)
  const plan = await planOf(db, {
    experimentId: experimentIds.length === 1 ? experimentIds[0] : undefined,
    filter,
    fieldName: query.fieldName,
    where: (rest) => conditionsOf(db, { query, filter: rest, experimentIds }),
    ordering: orderOf(query),
  })
  // Only ids are sorted; whole rows are read for the page alone.
  const { rows, nextCursor } = await keysetPageOf<{ id: string }>(db.read, plan, query)
  const page = await findRunRows(
    db.read,
    rows.map((row) => row.id),
  )
  return { items: await withLogged(db.read, page), nextCursor }
}

interface Asked {
  readonly query: RunQuery
  readonly filter: Filter | undefined
  readonly experimentIds: readonly string[]
}

function conditionsOf(
  db: TypedDatabase<TrackingTables>,
  { query, filter, experimentIds }: Asked,
): RawBuilder<SqlBool>[] {
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
