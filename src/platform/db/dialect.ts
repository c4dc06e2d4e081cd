import { type RawBuilder, sql } from 'kysely'
import type { ColumnKind } from '../../kernel/migration.ts'

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
  /** True when other processes may write to the same database, so that readers must also poll. */
  readonly isShared: boolean
  /** Largest number of bound parameters in one statement; multi-row inserts are cut to it. */
  readonly maxParameters: number
  /** A top-level field of a JSON text column, as text; NULL when absent. */
  jsonField(column: string, field: string): RawBuilder<string | null>
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
  isShared: false,
  maxParameters: 32_766,
  jsonField: (column, field) => sql`json_extract(${sql.ref(column)}, ${`$."${field.replaceAll('"', '')}"`})`,
}

// Any constant; only this program takes advisory locks with it.
const outboxLock = 7_309_112

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
  isShared: true,
  maxParameters: 65_535,
  jsonField: (column, field) => sql`(${sql.ref(column)}::jsonb ->> ${field})`,
}
