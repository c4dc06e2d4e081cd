/**
 * Metadata in SQL: SQLite (`node:sqlite`) or PostgreSQL (`pg`), both behind Kysely and behind this one interface.
 *
 * Promises: a transaction commits whole or not at all; what `transaction` resolved with is durable against a killed
 * process (and, with `db.synchronous=full` or PostgreSQL, against a power cut); `read` sees every commit that resolved before.
 * Where the databases really differ, a named capability in `dialect.ts` says so; nobody outside this folder asks which one it is.
 */
export {
  type Database,
  type DatabaseOptions,
  databaseErrors,
  type Tx,
  type TypedDatabase,
  type TypedTx,
} from './database.ts'
export type { Dialect, DialectName } from './dialect.ts'
export { type FilterColumn, type FilterScope, filterToSql, plainColumn } from './filter-sql.ts'
export type { InsertTarget, SqlValue } from './insert-target.ts'
export { type KeysetPart, type KeysetQuery, keysetPage, keysetPageOf, nullsLast, type SortTerm } from './keyset.ts'
export { migrate, requireSchema } from './migrate.ts'
export { openDatabase } from './open.ts'
export { withoutPassword } from './postgres-errors.ts'
export { readColumns } from './read-columns.ts'
export { type PageOrder, readPage } from './read-page.ts'
export { type RecordStore, recordStore } from './record-store.ts'
export { isSqliteBusy } from './sqlite-errors.ts'
export { isUniqueViolation } from './unique-violation.ts'
