import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DuckDBConnection } from '@duckdb/node-api'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeFeatures, openDuckDb, readSources } from './feature-table.ts'

const data = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..', 'data')
const hour = 3_600_000
const window = { from: '2001-01-18', to: '2001-01-19', share: 0.02 }

interface Flight {
  readonly at: number
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

let db: DuckDBConnection
let flights: Flight[]
let rows: Record<string, unknown>[]

/** The definition in words, once more in another language: everything that was known, flight by flight. */
function knownBy(time: number): { flight: Flight; hour: number }[] {
  return flights
    .map((flight) => {
      const arrived = flight.at + Math.round(40 + flight.distance / 7.5 + Math.max(flight.delay, 0)) * 60_000
      // One hour for the uncertain time zone, and the rest of the hour in which it is then known.
      return { flight, hour: Math.floor((arrived + hour) / hour) * hour + hour }
    })
    .filter((known) => known.hour <= time)
}

function lateShare(known: { flight: Flight; hour: number }[], hours: number): number {
  const newest = Math.max(...known.map((one) => one.hour))
  const counted = known.filter((one) => one.hour > newest - hours * hour)
  return (counted.filter((one) => one.flight.delay > 15).length + 0.4) / (counted.length + 2)
}

beforeAll(async () => {
  db = await openDuckDb()
  await readSources(db, [join(data, 'flights-3m.parquet')], join(data, 'airports.csv'))
  await db.run(`CREATE TEMP TABLE recent AS FROM flights WHERE date >= '2001-01-15' AND date < '2001-01-19'`)
  await db.run('CREATE OR REPLACE TEMP VIEW flights AS FROM recent')
  const raw = await db.runAndReadAll(`
    SELECT epoch_ms(date) AS local, longitude, delay, distance, origin, destination
    FROM flights JOIN airports ON iata = origin`)
  flights = raw.getRowObjectsJS().map((row) => ({
    at: Number(row.local) - Math.round(Number(row.longitude) / 15) * hour,
    delay: Number(row.delay),
    distance: Number(row.distance),
    origin: String(row.origin),
    destination: String(row.destination),
  }))
  await makeFeatures(db, window)
  rows = (await db.runAndReadAll('FROM features ORDER BY ALL')).getRowObjectsJS()
})

describe('features.sql', () => {
  it('counts only what was known at the departure, as a slow program in plain words does', () => {
    const sample = rows.filter((_, i) => i % 40 === 0)
    expect(sample.length).toBeGreaterThan(5)
    for (const row of sample) {
      const known = knownBy(Number(row.departed_at))
      const from = known.filter(({ flight }) => flight.origin === row.origin)
      const to = known.filter(({ flight }) => flight.destination === row.destination)
      expect(row.origin_late_3h).toBeCloseTo(from.length === 0 ? 0.2 : lateShare(from, 3), 5)
      expect(row.origin_late_1d).toBeCloseTo(from.length === 0 ? 0.2 : lateShare(from, 24), 5)
      expect(row.destination_late_3h).toBeCloseTo(to.length === 0 ? 0.2 : lateShare(to, 3), 5)
      expect(row.network_late_3h).toBeCloseTo(lateShare(known, 3), 5)
      expect(row.network_late_1d).toBeCloseTo(lateShare(known, 24), 5)
    }
  })

  it('gives a flight the same features when the future is not there', async () => {
    await db.run(`
      CREATE OR REPLACE TEMP VIEW flights AS
      SELECT recent.* FROM recent JOIN airports ON iata = origin
      WHERE date - to_hours(round(longitude / 15)::BIGINT) < '2001-01-18 18:00'`)
    await makeFeatures(db, window)
    const before = (await db.runAndReadAll('FROM features ORDER BY ALL')).getRowObjectsJS()
    await db.run('CREATE OR REPLACE TEMP VIEW flights AS FROM recent')
    const keyOf = (row: Record<string, unknown>) =>
      `${row.departed_at} ${row.origin} ${row.destination} ${row.distance}`
    const whole = new Map(rows.map((row) => [keyOf(row), row]))
    expect(before.length).toBeGreaterThan(100)
    expect(before).toEqual(before.map((row) => whole.get(keyOf(row))))
  })

  it('never knows a delay before the flight has landed', () => {
    for (const row of rows) expect(Number(row.known_at)).toBeGreaterThan(Number(row.departed_at) + 90 * 60_000)
  })

  it('keeps the share of flights that was asked for, always the same ones', async () => {
    expect(rows.length / flights.filter((flight) => flight.at >= Date.parse('2001-01-18T06:00Z')).length).toBeCloseTo(
      0.02,
      2,
    )
    await makeFeatures(db, window)
    expect((await db.runAndReadAll('FROM features ORDER BY ALL')).getRowObjectsJS()).toEqual(rows)
  })
})
