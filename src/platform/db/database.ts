import type { Kysely } from 'kysely'
import { defineErrors } from '../../kernel/errors.ts'
import type { Dialect } from './dialect.ts'

/**
 * An open database. Every driver promises the same, and the store tests run on each of them:
 *
 * Concurrency: any number of callers at once. On SQLite the transactions of this process run one after another, several
 * to a commit; on PostgreSQL side by side, also those of other processes, which is why what must be exclusive is claimed
 * in a row.
 * Ownership: a module names its own tables with `typed<Tables>()` and cannot spell another module's.
 * Consistency: a transaction sees its own writes and those committed before it, and is kept whole or not at all; one that
 * throws changes nothing and fails alone. A read outside sees the newest commit, and two reads may see two.
 * Durability: what a resolved transaction wrote survives a killed process; a power cut as `DatabaseOptions` says.
 * Failures a person can act on are `databaseErrors`; nothing is retried here.
 */
export interface Database {
  readonly dialect: Dialect
  typed<Tables>(): TypedDatabase<Tables>
  /**
   * Runs `work` in a transaction and resolves once it is committed. Only database calls belong inside: SQLite has one
   * writer, and everyone waits for it. A transaction inside a transaction is refused: pass `tx` down instead.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The same database seen as the caller's own tables. */
export interface TypedDatabase<Tables> extends Database {
  /** For reading outside a transaction. Writing through it is refused on SQLite. */
  readonly read: Kysely<Tables>
  transaction<T>(work: (tx: TypedTx<Tables>) => Promise<T>): Promise<T>
}

/** An open transaction: what a module passes to another module's door, and to `events.emit` and `jobs.enqueue`. */
export interface Tx {
  readonly dialect: Dialect
  typed<Tables>(): TypedTx<Tables>
  /** Called after the commit, never after a rollback. For waking someone up, not for work that must happen. */
  onCommit(wake: () => void): void
}

export interface TypedTx<Tables> extends Tx {
  readonly query: Kysely<Tables>
}

export interface DatabaseOptions {
  /** `file:/path/to.db`, `:memory:` or `postgres://…`. */
  readonly url: string
  /** SQLite only: `normal` survives a killed process, `full` also a power cut (an fsync per commit group). */
  readonly synchronous: 'normal' | 'full'
  /** PostgreSQL only: opens it although it cannot be reached now; whoever uses it bears that. */
  readonly mayBeAway?: boolean
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
  database_older: [
    'conflict',
    'The database is not made for this version of Slipway yet: the migration {migration} is missing.',
    'Start the control plane with this version first: it brings the database up to date.',
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
