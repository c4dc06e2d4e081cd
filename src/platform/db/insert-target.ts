import type { ColumnKind } from '../../kernel/migration.ts'

export type SqlValue = string | number | null

export interface InsertTarget {
  readonly table: string
  readonly columns: Readonly<Record<string, Exclude<ColumnKind, 'serial' | 'bytes'>>>
  /** What follows the rows, in the common subset of both databases: `on conflict do nothing`, `returning "id"`. */
  readonly suffix: string
}
