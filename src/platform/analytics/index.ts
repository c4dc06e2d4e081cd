/**
 * SQL over files (Parquet, CSV, JSON) on DuckDB in a worker thread: loaded on first use, never on the request thread,
 * ended again when nobody has asked for a while.
 *
 * Promises: only files under the given folders can be read, nothing is fetched from a network, and memory stays under the
 * limit (larger work spills to the temporary folder). A query that is aborted stops running.
 */
export { type Analytics, type AnalyticsOptions, createAnalytics } from './analytics.ts'
export type { AnalyticsParameter } from './protocol.ts'
export { sqlPaths, sqlText } from './quote.ts'
