/**
 * Schema changes as data, written once for every database. Column kinds are ours; platform/db maps them per dialect.
 *
 * | kind | SQLite | PostgreSQL | in TypeScript |
 * |---|---|---|---|
 * | id, text | TEXT | TEXT COLLATE "C" | string |
 * | json | TEXT | TEXT | string: stores encode and decode |
 * | int, time | INTEGER | BIGINT | number (time: epoch ms) |
 * | real | REAL | DOUBLE PRECISION | number |
 * | bool | INTEGER | SMALLINT | 0 or 1 |
 * | bytes | BLOB | BYTEA | Uint8Array |
 * | serial | INTEGER PRIMARY KEY AUTOINCREMENT | BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY | number |
 */
export type ColumnKind = 'id' | 'text' | 'json' | 'int' | 'time' | 'real' | 'bool' | 'bytes' | 'serial'

/** `'text'` is required; `'text?'` may be null. */
export type Column = ColumnKind | `${ColumnKind}?`

export interface TableShape {
  readonly columns: Readonly<Record<string, Column>>
  readonly primaryKey?: readonly string[]
  /** Rows lie in the order of the primary key where the database can do that: for narrow rows read by ranges of the key. */
  readonly isClustered?: boolean
  readonly unique?: readonly (readonly string[])[]
  readonly indexes?: readonly IndexShape[]
}

export interface IndexShape {
  readonly columns: readonly string[]
  readonly unique?: boolean
  /** SQL condition of a partial index, in the common subset of both databases; columns in double quotes. */
  readonly where?: string
}

export type SchemaChange =
  | { readonly change: 'createTable'; readonly table: string; readonly shape: TableShape }
  | { readonly change: 'addColumn'; readonly table: string; readonly name: string; readonly column: `${ColumnKind}?` }
  | { readonly change: 'statement'; readonly text: string }
  | { readonly change: 'createIndex'; readonly table: string; readonly index: IndexShape }
  | { readonly change: 'dropTable'; readonly table: string }

export interface Migration {
  /** `module/001_what`; sorts in the order of application within the module. */
  readonly name: string
  readonly changes: readonly SchemaChange[]
}

export function createTable(table: string, shape: TableShape): SchemaChange {
  return { change: 'createTable', table, shape }
}

export function addColumn(table: string, name: string, column: `${ColumnKind}?`): SchemaChange {
  return { change: 'addColumn', table, name, column }
}

/** Moves what is stored into a new form: one SQL statement in the common subset of both databases. */
export function statement(text: string): SchemaChange {
  return { change: 'statement', text }
}

export function createIndex(table: string, index: IndexShape): SchemaChange {
  return { change: 'createIndex', table, index }
}
