/**
 * The recorded past as a source of days: 3 million real flights of January to June 2001 (npm package `vega-datasets`), cut
 * into one file a day for uploading, and into the flights that ask for a prediction, in order of their departure.
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { featureNames, makeFeatures, openDuckDb, quote, readSources } from '../model/feature-table.ts'

const dayMs = 86_400_000

/** A flight that asks for a prediction. Times are epoch milliseconds. */
export interface ReplayedFlight {
  /** The same for the same flight in every run. */
  readonly id: string
  readonly departedAt: number
  /** When its delay is known. */
  readonly knownAt: number
  readonly features: Readonly<Record<string, number>>
  readonly late: 0 | 1
}

export interface History {
  readonly airports: string
  /** Files of the days from `from` to before `to` (`2001-01-22`), one a day, made on first use. */
  dayFiles(from: string, to: string): Promise<{ readonly path: string; readonly localPath: string }[]>
  /** Flights that depart in these days, oldest first: `share` of all of them. `since` is where the history begins. */
  flights(range: { since: string; from: string; to: string; share: number }): Promise<ReplayedFlight[]>
  close(): void
}

/** Opens the data package; `folder` takes the files that are cut from it. */
export async function openHistory(folder: string): Promise<History> {
  const data = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..', 'data')
  const airports = join(data, 'airports.csv')
  const db = await openDuckDb()
  await mkdir(folder, { recursive: true })
  await readSources(db, [join(data, 'flights-3m.parquet')], airports)
  const cut = new Set<string>()
  return {
    airports,
    dayFiles: async (from, to) => {
      const files = []
      for (const day of daysBetween(from, to)) {
        const localPath = join(folder, `${day}.parquet`)
        files.push({ path: `days/${day}.parquet`, localPath })
        if (cut.has(day)) continue
        await db.run(`
          COPY (SELECT * FROM flights WHERE date >= '${day}' AND date < DATE '${day}' + 1 ORDER BY ALL)
          TO ${quote(localPath)} (FORMAT parquet)`)
        cut.add(day)
      }
      return files
    },
    flights: async ({ since, from, to, share }) => {
      await db.run(`CREATE OR REPLACE TEMP VIEW past AS FROM flights WHERE date >= '${since}'`)
      await makeFeatures(db, { from, to, share })
      return readFlights(await db.runAndReadAll(`SELECT *, ${flightId} AS id FROM features ORDER BY departed_at, id`))
    },
    close: () => db.closeSync(),
  }
}

/** Route, minute of departure, and a number where one route had two departures in a minute; sent as the prediction's id. */
const flightId = `
  printf('prd_%s-%s-%d-%d', origin, destination, departed_at // 60000,
    row_number() OVER (PARTITION BY origin, destination, departed_at ORDER BY distance, known_at, late))`

function readFlights(reader: { getRowObjectsJS(): Record<string, unknown>[] }): ReplayedFlight[] {
  return reader.getRowObjectsJS().map((row) => ({
    id: String(row.id),
    departedAt: Number(row.departed_at),
    knownAt: Number(row.known_at),
    features: Object.fromEntries(featureNames.map((name) => [name, Number(row[name])])),
    late: Number(row.late) === 1 ? 1 : 0,
  }))
}

/** `2001-02-27`, `2001-02-28`, `2001-03-01` … before `to`. */
export function daysBetween(from: string, to: string): string[] {
  const days = []
  for (let at = Date.parse(from); at < Date.parse(to); at += dayMs) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}
