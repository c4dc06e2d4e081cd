import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { decodeCursor, encodeCursor } from '../../kernel/paging.ts'

/** One part of a sort key. The expression is never null, so that rows can be compared with a cursor. */
export interface SortTerm {
  readonly expression: RawBuilder<string | number>
  readonly direction: 'asc' | 'desc'
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

export function orderByTerms(terms: readonly SortTerm[]): RawBuilder<unknown> {
  return sql.join(terms.map((term) => sql`${term.expression} ${sql.raw(term.direction)}`))
}

/** The sort key of each row as columns `key0`, `key1`, … for the next cursor. */
export function selectTerms(terms: readonly SortTerm[]): RawBuilder<unknown> {
  return sql.join(terms.map((term, index) => sql`${term.expression} as ${sql.ref(`key${index}`)}`))
}

// JSON has no infinities, and a metric may be one.
const infinities = new Map<string | number, string | number>([
  [Number.POSITIVE_INFINITY, '\0+'],
  [Number.NEGATIVE_INFINITY, '\0-'],
  ['\0+', Number.POSITIVE_INFINITY],
  ['\0-', Number.NEGATIVE_INFINITY],
])
const swapInfinity = (part: string | number) => infinities.get(part) ?? part

/** The cursor that continues after this row, which was read with `selectTerms`. */
export function cursorFor(row: Readonly<Record<string, unknown>>, terms: readonly SortTerm[]): string {
  return encodeCursor(terms.map((_, index) => swapInfinity(row[`key${index}`] as string | number)))
}

/** The sort key in a cursor; undefined without one. Throws `invalid_input` for a cursor of another list. */
export function keyOf(cursor: string | undefined, terms: readonly SortTerm[]): (string | number)[] | undefined {
  return decodeCursor(cursor, terms.length)?.map(swapInfinity)
}

/** Rows strictly after the one whose key is `values`: `a > 1 or (a = 1 and (b < 2 or …))`. */
export function afterKey(terms: readonly SortTerm[], values: readonly (string | number)[]): RawBuilder<SqlBool> {
  return terms.reduceRight<RawBuilder<SqlBool>>((rest, term, index) => {
    const value = values[index] ?? 0
    const beyond = sql<SqlBool>`${term.expression} ${sql.raw(term.direction === 'asc' ? '>' : '<')} ${value}`
    if (index === terms.length - 1) return beyond
    return sql<SqlBool>`(${beyond} or (${term.expression} = ${value} and ${rest}))`
  }, sql<SqlBool>`false`)
}
