import type { Kysely } from 'kysely'
import { defineErrors } from '../../kernel/errors.ts'
import type { Dialect } from './dialect.ts'

/**
 * An open database. `Tables` is the caller's own view of it: a module names its own tables with `typed<Tables>()` and
 * cannot spell another module's.
 */
export interface Database<Tables = unknown> {
  readonly dialect: Dialect
  /** For reading outside a transaction. Writes through it are refused on SQLite. */
  readonly read: Kysely<Tables>
  /**
   * Runs `work` in a transaction and resolves once it is committed. Only database calls belong inside: SQLite has one
   * writer, and everyone waits for it. A transaction inside a transaction is refused: pass `tx` down instead.
   */
  transaction<T>(work: (tx: Tx<Tables>) => Promise<T>): Promise<T>
  /** The same database seen as other tables. */
  typed<Other>(): Database<Other>
  close(): Promise<void>
}

export interface Tx<Tables = unknown> {
  readonly query: Kysely<Tables>
  readonly dialect: Dialect
  typed<Other>(): Tx<Other>
  /** Called after the commit, never after a rollback. For waking someone up, not for work that must happen. */
  onCommit(wake: () => void): void
}

export interface DatabaseOptions {
  /** `file:/path/to.db`, `:memory:` or `postgres://…`. */
  readonly url: string
  /** SQLite only: `normal` survives a killed process, `full` also a power cut (an fsync per commit group). */
  readonly synchronous: 'normal' | 'full'
}

export const databaseErrors = defineErrors({
  database_url_invalid: [
    'invalid',
    'The database URL {url} is not understood.',
    'Use file:/path/slipway.db or postgres://user@host/name.',
  ],
  database_newer: [
    'conflict',
    'The database was last used by a newer Slipway: it has the migration {migration}, which this version does not know.',
    'Use the newer version, or restore a backup made before the upgrade.',
  ],
  database_busy: [
    'unavailable',
    'The database at {url} is locked by another program: {problem}.',
    'Close the other program and try again.',
  ],
  database_unreachable: ['unavailable', 'The database at {url} cannot be reached: {problem}.', 'slipway doctor'],
  database_corrupt: [
    'internal',
    'The file {url} is not a readable SQLite database: {problem}.',
    'Restore it from a backup.',
  ],
  disk_full: [
    'unavailable',
    'There is no space left on the disk that holds {what}.',
    'Free some space; nothing that was acknowledged is lost.',
  ],
})
