import { type QueryExecutorProvider, type RawBuilder, type SqlBool, sql } from 'kysely'
import { decodeCursor, encodeCursor, type PageQuery } from '../../kernel/paging.ts'

/** One part of a sort key. The expression is never null, so that rows can be compared with a cursor. */
export interface SortTerm {
  readonly expression: RawBuilder<string | number>
  readonly direction: 'asc' | 'desc'
  /** Every row of the query has this value; the expression is not asked, so that an index over the next terms serves. */
  readonly fixed?: number
}

/** Two terms that put the rows without a value last in both directions. */
export function nullsLast(
  expression: RawBuilder<unknown>,
  direction: 'asc' | 'desc',
  type: 'text' | 'number',
): SortTerm[] {
  const empty = type === 'text' ? sql.lit('') : sql.lit(0)
  return [
    { expression: sql<number>`case when ${expression} is null then 1 else 0 end`, direction: 'asc' },
    { expression: sql<string | number>`coalesce(${expression}, ${empty})`, direction },
  ]
}

function orderByTerms(terms: readonly SortTerm[]): RawBuilder<unknown> {
  const varying = terms.filter((term) => term.fixed === undefined)
  return sql.join(varying.map((term) => sql`${term.expression} ${sql.raw(term.direction)}`))
}

/** The sort key of each row as columns `key0`, `key1`, … for the next cursor. */
function selectTerms(terms: readonly SortTerm[]): RawBuilder<unknown> {
  const value = (term: SortTerm) => (term.fixed === undefined ? term.expression : sql.lit(term.fixed))
  return sql.join(terms.map((term, index) => sql`${value(term)} as ${sql.ref(`key${index}`)}`))
}

// JSON has no infinities, and a metric may be one.
const infinities = new Map<string | number, string | number>([
  [Number.POSITIVE_INFINITY, '\0+'],
  [Number.NEGATIVE_INFINITY, '\0-'],
  ['\0+', Number.POSITIVE_INFINITY],
  ['\0-', Number.NEGATIVE_INFINITY],
])

/** A value as it travels in a cursor. */
export function toCursorPart(value: string | number): string | number {
  return infinities.get(value) ?? value
}

/** The sort key in a cursor; undefined without one. Throws `invalid_input` for a cursor of another list. */
export function readCursor(cursor: string | undefined, size: number): (string | number)[] | undefined {
  return decodeCursor(cursor, size)?.map((part) => infinities.get(part) ?? part)
}

/** The cursor that continues after this row, which was read with `selectTerms`. */
function cursorFor(row: Readonly<Record<string, unknown>>, terms: readonly SortTerm[]): string {
  return encodeCursor(terms.map((_, index) => toCursorPart(row[`key${index}`] as string | number)))
}

/** Rows strictly after the one whose key is `values`: `a > 1 or (a = 1 and (b < 2 or …))`. */
export function afterKey(terms: readonly SortTerm[], values: readonly (string | number)[]): RawBuilder<SqlBool> {
  const [first, ...others] = terms
  const [value = 0, ...rest] = values
  if (first === undefined) return sql<SqlBool>`1 = 0`
  if (first.fixed !== undefined) {
    if (first.fixed === value) return afterKey(others, rest)
    return first.fixed > Number(value) === (first.direction === 'asc') ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`
  }
  const beyond = sql<SqlBool>`${first.expression} ${sql.raw(first.direction === 'asc' ? '>' : '<')} ${value}`
  if (others.length === 0) return beyond
  // The bound says nothing new, but lets an index over the first term begin at the cursor.
  const bound = sql.raw(first.direction === 'asc' ? '>=' : '<=')
  return sql<SqlBool>`(${first.expression} ${bound} ${value}
    and (${beyond} or (${first.expression} = ${value} and ${afterKey(others, rest)})))`
}

export interface KeysetPart {
  /** Columns of the answer, such as `r.*`. */
  readonly select: RawBuilder<unknown>
  /** Table with its alias, and joins. */
  readonly from: RawBuilder<unknown>
  readonly where: readonly RawBuilder<SqlBool>[]
  /** Ends with a term that is different in every row. */
  readonly terms: readonly SortTerm[]
}

export interface KeysetQuery extends KeysetPart, PageQuery {}

export interface KeysetRows<Row> {
  readonly rows: Row[]
  readonly nextCursor?: string
  /** What continues after one of the rows, by its index: for a page that has to end before its last. */
  readonly cursorAfter: (index: number) => string
}

/** One page of rows in the order of the terms; as fast at the hundredth page as at the first. */
export function keysetPage<Row>(
  db: QueryExecutorProvider,
  { limit, cursor, ...part }: KeysetQuery,
): Promise<KeysetRows<Row>> {
  return keysetPageOf<Row>(db, [part], { limit, cursor })
}

/** The same over queries whose rows follow one another; each has as many terms, the first of them fixed and growing. */
export async function keysetPageOf<Row>(
  db: QueryExecutorProvider,
  parts: readonly KeysetPart[],
  { limit, cursor }: PageQuery,
): Promise<KeysetRows<Row>> {
  const rows: (Row & Record<string, unknown>)[] = []
  for (const part of parts) {
    rows.push(...(await readPart<Row>(db, part, { limit: limit + 1 - rows.length, cursor })))
    if (rows.length > limit) break
  }
  const cursorAfter = (index: number) => cursorFor(rows[index] ?? {}, parts[0]?.terms ?? [])
  const page = { rows: rows.slice(0, limit), cursorAfter }
  return rows.length > limit ? { ...page, nextCursor: cursorAfter(limit - 1) } : page
}

async function readPart<Row>(db: QueryExecutorProvider, part: KeysetPart, { limit, cursor }: PageQuery) {
  const after = readCursor(cursor, part.terms.length)
  const conditions = after === undefined ? part.where : [...part.where, afterKey(part.terms, after)]
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
  const statement = sql<Row & Record<string, unknown>>`select ${part.select}, ${selectTerms(part.terms)}
    from ${part.from} ${where} order by ${orderByTerms(part.terms)} limit ${limit}`
  return (await statement.execute(db)).rows
}
