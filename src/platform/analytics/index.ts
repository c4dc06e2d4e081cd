/**
 * SQL over files (Parquet, CSV, JSON) on DuckDB in a worker thread: loaded on first use, never on the request thread,
 * ended again when nobody has asked for a while.
 *
 * Promises: only files under the given folders can be read, nothing is fetched from a network, and memory stays under the
 * limit (larger work spills to the temporary folder). A query that is aborted stops running.
 */
export { type AnalyticsOptions, createAnalytics } from './analytics.ts'
export { sqlPaths, sqlText } from './quote.ts'

export type AnalyticsParameter = string | number | boolean | null

export interface Analytics {
  /**
   * Rows as objects. Integers beyond 2^53 come as decimal text, timestamps and dates as epoch milliseconds, times of day
   * as microseconds. Throws `analytics_query_failed` with the engine's words, `analytics_memory_exceeded`, or the
   * signal's reason.
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly AnalyticsParameter[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Row[]>
  stop(): Promise<void>
}
