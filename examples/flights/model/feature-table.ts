/**
 * The features of flights, computed by `features.sql` in DuckDB. Training and the live replay use this one file, and the
 * query is point-in-time correct, so a flight has the same features in both.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** What the model reads, in this order. Every other column of the table tells which flight it is and what came of it. */
export const featureNames = [
  'hour',
  'weekday',
  'distance',
  'origin_late_3h',
  'origin_delay_3h',
  'origin_late_1d',
  'origin_late_7d',
  'destination_late_3h',
  'destination_delay_3h',
  'destination_late_1d',
  'destination_late_7d',
  'network_late_3h',
  'network_late_1d',
] as const

export async function openDuckDb(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:')
  return instance.connect()
}

/** Makes the views `flights` and `airports` that the query reads. Paths are Parquet files and one CSV file. */
export async function readSources(db: DuckDBConnection, flights: readonly string[], airports: string): Promise<void> {
  await db.run(`CREATE OR REPLACE VIEW flights AS FROM read_parquet([${flights.map(quote).join(', ')}])`)
  await db.run(`CREATE OR REPLACE VIEW airports AS SELECT iata, longitude FROM read_csv(${quote(airports)})`)
}

export interface FeatureWindow {
  /** First local departure, `2001-01-22` or with a time; inclusive. */
  readonly from: string
  /** Exclusive. Flights from here on are not looked at, also not for the delays around others. */
  readonly to: string
  /** Share of the flights to keep, 0 to 1. */
  readonly share: number
}

/** Fills the table `features`. */
export async function makeFeatures(db: DuckDBConnection, window: FeatureWindow): Promise<void> {
  const query = await readFile(join(import.meta.dirname, '..', 'features.sql'), 'utf8')
  await db.run(`CREATE OR REPLACE TABLE features AS ${query}`, { ...window })
}

export interface Examples {
  readonly columns: readonly Float32Array[]
  /** 1 for a flight that came more than 15 minutes late. */
  readonly late: Uint8Array
}

/** The feature columns and outcomes of the rows of `source` (a table, or a file in quotes) that meet `condition`. */
export async function readExamples(db: DuckDBConnection, source: string, condition: string): Promise<Examples> {
  const columns = [...featureNames, 'late'].join(', ')
  const reader = await db.runAndReadAll(`SELECT ${columns} FROM ${source} WHERE ${condition}`)
  const values = reader.getColumnsJS()
  return {
    columns: featureNames.map((_, i) => Float32Array.from(values[i] ?? [], Number)),
    late: Uint8Array.from(values[featureNames.length] ?? [], Number),
  }
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
