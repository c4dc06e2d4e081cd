import {
  type AnyColumn,
  type AnyColumnWithTable,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import { type Page, type PageQuery, toPage } from '../../kernel/paging.ts'
import { afterKey, readCursor, type SortTerm, toCursorPart } from './keyset.ts'

/**
 * Columns of the query by which its pages are ordered, the most significant first: `{ 'r.startedAt': 'desc', 'r.id': 'desc' }`.
 * None is ever null, the query selects each under its own name, and together they are different in every row.
 */
export type PageOrder<DB, TB extends keyof DB> = {
  readonly [Column in AnyColumn<DB, TB> | AnyColumnWithTable<DB, TB>]?: 'asc' | 'desc'
}

/** One page of a query that has its conditions, but no order and no limit yet. */
export async function readPage<DB, TB extends keyof DB, Row, Item = Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  order: PageOrder<DB, TB>,
  { limit, cursor }: PageQuery,
  toItem: (row: Row) => Item = (row) => row as unknown as Item,
): Promise<Page<Item>> {
  const columns = Object.entries(order) as [string, 'asc' | 'desc'][]
  const terms = columns.map(([column, direction]) => ({ expression: sql.ref<string | number>(column), direction }))
  const after = readCursor(cursor, terms.length)
  let select = query.limit(limit + 1)
  for (const { expression, direction } of terms) select = select.orderBy(expression, direction)
  if (after !== undefined) select = select.where(isAfter(terms, after))
  const rows = (await select.execute()) as (Row & Record<string, string | number>)[]
  const fields = columns.map(([column]) => column.slice(column.lastIndexOf('.') + 1))
  const page = toPage(rows, limit, (row) => fields.map((field) => toCursorPart(row[field] as string | number)))
  return { ...page, items: page.items.map(toItem) }
}

/** Columns that run in one direction are compared as one row: an index over them then begins at the cursor. */
function isAfter(terms: readonly SortTerm[], key: readonly (string | number)[]): RawBuilder<SqlBool> {
  const [first, ...others] = terms
  if (first === undefined || others.some((term) => term.direction !== first.direction)) return afterKey(terms, key)
  const columns = sql.join(terms.map((term) => term.expression))
  return sql<SqlBool>`(${columns}) ${sql.raw(first.direction === 'asc' ? '>' : '<')} (${sql.join(key)})`
}
