/**
 * SQL over files (Parquet, CSV, JSON) on DuckDB in a worker thread: loaded on first use, never on the request thread.
 * Queries read local paths only; extensions that download at run time are off.
 */

export interface Analytics {
  /** Rows as objects; BIGINT values as numbers (they are checked to be safe), timestamps as epoch milliseconds. */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly (string | number | boolean | null)[],
  ): Promise<Row[]>
  stop(): Promise<void>
}
