import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ColumnKind } from '../../kernel/migration.ts'
import { insertArrays, insertChunks } from './insert-many.ts'
import type { InsertTarget, SqlValue } from './insert-target.ts'

export type DialectName = 'sqlite' | 'postgres'

/** Everything in which the two databases differ for us. Modules use these capabilities and never ask for the name. */
export interface Dialect {
  /** For messages and tests only. */
  readonly name: DialectName
  readonly columnTypes: Readonly<Record<ColumnKind, string>>
  /** Appended to a SELECT that claims rows so that two processes never claim the same one; SQLite has one writer and needs nothing. */
  readonly skipLocked: RawBuilder<unknown>
  /**
   * Run before appending to the outbox, so that rows become visible in the order of their sequence numbers and a reader
   * that stands at number n never misses a smaller one. SQLite has one writer and needs nothing.
   */
  readonly lockOutbox: RawBuilder<unknown> | undefined
  /**
   * Run first in a transaction: transactions that name the same work take turns, each seeing what the one before committed.
   * SQLite has one writer and needs nothing.
   */
  takeTurn(work: string): RawBuilder<unknown> | undefined
  /** True when other processes may write to the same database, so that readers must also poll. */
  readonly isShared: boolean
  /** Largest number of bound parameters in one statement; multi-row inserts are cut to it. */
  readonly maxParameters: number
  /** A top-level field of a JSON text column, as text; NULL when absent. */
  jsonField(column: string, field: string): RawBuilder<string | null>
  /** A text that is a number as JSON writes one, as that number; NULL for any other. */
  numberIn(text: RawBuilder<unknown>): RawBuilder<number | null>
  /** SQL LIKE with `%` and `_` and no escape character; letters of either case are equal only with `ignoreCase`. */
  like(column: RawBuilder<unknown>, pattern: string, ignoreCase: boolean): RawBuilder<SqlBool>
  /** Follows the columns of a table that is stored in the order of its primary key, without a second copy of that key. */
  readonly clusteredTable: string
  /** Statements that insert many rows at the least cost, for hot paths; their texts repeat, so they stay prepared. */
  insertMany(target: InsertTarget, rows: readonly (readonly SqlValue[])[]): CompiledQuery<unknown>[]
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  columnTypes: {
    id: 'TEXT',
    text: 'TEXT',
    json: 'TEXT',
    int: 'INTEGER',
    time: 'INTEGER',
    real: 'REAL',
    bool: 'INTEGER',
    bytes: 'BLOB',
    serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  },
  skipLocked: sql``,
  lockOutbox: undefined,
  takeTurn: () => undefined,
  isShared: false,
  maxParameters: 32_766,
  jsonField: (column, field) => sql`json_extract(${sql.ref(column)}, ${`$."${field.replaceAll('"', '')}"`})`,
  numberIn: (text) =>
    sql`case when json_valid(${text}) and json_type(${text}) in ('integer', 'real') then cast(${text} as real) end`,
  // LIKE ignores the case of ASCII letters here; GLOB does not, and has its own wildcards.
  like: (column, pattern, ignoreCase) =>
    ignoreCase ? sql`${column} like ${pattern}` : sql`${column} glob ${toGlob(pattern)}`,
  clusteredTable: ' without rowid',
  insertMany: insertChunks,
}

function toGlob(pattern: string): string {
  return pattern.replace(/[*?[]/g, '[$&]').replaceAll('%', '*').replaceAll('_', '?')
}

// Any constant; only this program takes advisory locks with it.
const outboxLock = 7_309_112
// Locks of two numbers are apart from those of one; the second tells one work from another.
const turnLock = 7_309_113

export const postgresDialect: Dialect = {
  name: 'postgres',
  columnTypes: {
    id: 'TEXT COLLATE "C"',
    // "C" sorts by code point, as SQLite does: equal order and fast prefix search on both.
    text: 'TEXT COLLATE "C"',
    json: 'TEXT',
    int: 'BIGINT',
    time: 'BIGINT',
    real: 'DOUBLE PRECISION',
    bool: 'SMALLINT',
    bytes: 'BYTEA',
    serial: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  },
  skipLocked: sql`for update skip locked`,
  lockOutbox: sql`select pg_advisory_xact_lock(${sql.lit(outboxLock)})`,
  takeTurn: (work) => sql`select pg_advisory_xact_lock(${sql.lit(turnLock)}, hashtext(${work}))`,
  isShared: true,
  maxParameters: 65_535,
  jsonField: (column, field) => sql`(${sql.ref(column)}::jsonb ->> ${field})`,
  numberIn: (text) =>
    sql`case when ${text} ~ '^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$' then cast(${text} as double precision) end`,
  like: (column, pattern, ignoreCase) =>
    ignoreCase ? sql`${column} ilike ${pattern} escape ''` : sql`${column} like ${pattern} escape ''`,
  clusteredTable: '',
  insertMany: insertArrays,
}
