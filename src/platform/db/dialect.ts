import type { RawBuilder } from 'kysely'
import type { ColumnKind } from '../../kernel/migration.ts'

export type DialectName = 'sqlite' | 'postgres'

/**
 * Everything in which the two databases differ for us. Modules use these capabilities and never ask for the name.
 */
export interface Dialect {
  /** For messages and tests only. */
  readonly name: DialectName
  readonly columnTypes: Readonly<Record<ColumnKind, string>>
  /**
   * Appended to a SELECT that claims rows, so that two processes never claim the same one.
   * SQLite has one writer and needs nothing.
   */
  readonly skipLocked: RawBuilder<unknown>
  /** Statement that makes transactions appending to the outbox commit in the order of their sequence numbers. */
  readonly lockOutbox: RawBuilder<unknown> | undefined
  /** Largest number of bound parameters in one statement; multi-row inserts are cut to it. */
  readonly maxParameters: number
  /** Value of a top-level field of a JSON text column, as text. */
  jsonField(column: string, field: string): RawBuilder<string | null>
  /** `column` as a number, NULL-safe, for comparing text parameters. */
  epochBucket(column: string, bucketMs: number): RawBuilder<number>
}
