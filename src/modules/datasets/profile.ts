import type { Context } from './context.ts'
import { insertProfile, selectProfile } from './facts-store.ts'
import type { Column, ColumnProfile, Profile } from './model.ts'
import { jsonCell } from './preview.ts'
import { binCount, frequencySql, type Measures, measureSql } from './profile-sql.ts'
import { openTable, type Table } from './table-reader.ts'
import { getVersion } from './versions.ts'

/** Columns in one statement: a wide table is asked in several, so that none grows without bound. */
const columnsAtOnce = 25

export interface Profiles {
  /** Measures every column, once per content: the answer is kept. */
  profile(input: { ref: string; path?: string | undefined }): Promise<Profile>
}

export function createProfiles(ctx: Context): Profiles {
  const { db } = ctx
  return {
    profile: async ({ ref, path }) => {
      const version = await getVersion(db.read, ref)
      const kept = await selectProfile(db.read, { manifest: version.digest, path: path ?? '' })
      if (kept !== undefined) return JSON.parse(kept)
      const table = await openTable(ctx, version, path)
      const columns: ColumnProfile[] = []
      for (let at = 0; at < table.columns.length; at += columnsAtOnce) {
        columns.push(...(await profileColumns(ctx, table, table.columns.slice(at, at + columnsAtOnce))))
      }
      const profile: Profile = { paths: [...table.paths], rowCount: table.rowCount, columns }
      await db.transaction((tx) => insertProfile(tx.query, table.key, JSON.stringify(profile)))
      return profile
    },
  }
}

interface Frequency {
  readonly column: number
  readonly bin: number | null
  readonly value: string | null
  readonly count: number
}

async function profileColumns(ctx: Context, table: Table, columns: readonly Column[]): Promise<ColumnProfile[]> {
  const [row = {}] = await ctx.analytics.query<Record<string, Measures>>(measureSql(table, columns))
  const measures = columns.map((_column, index) => row[`c${index}`] ?? { nullCount: 0, distinctCount: 0 })
  const sql = frequencySql(table, columns, measures)
  const frequencies = sql === undefined ? [] : await ctx.analytics.query<Frequency>(sql)
  return columns.map((column, index) => {
    const own = frequencies.filter((frequency) => frequency.column === index)
    return columnProfile(column, measures[index] ?? { nullCount: 0, distinctCount: 0 }, own)
  })
}

function columnProfile(column: Column, measures: Measures, frequencies: readonly Frequency[]): ColumnProfile {
  const { nullCount, distinctCount, min, max, mean, standardDeviation, quantiles } = measures
  const [p05, p25, p50, p75, p95] = quantiles ?? []
  const top = frequencies.filter(({ bin }) => bin === null)
  const bins = frequencies.filter(({ bin }) => bin !== null)
  return {
    ...column,
    nullCount,
    distinctCount,
    ...present({ min: jsonCell(min), max: jsonCell(max), mean, standardDeviation }),
    ...(p05 === undefined || p25 === undefined || p50 === undefined || p75 === undefined || p95 === undefined
      ? {}
      : { quantiles: { p05, p25, p50, p75, p95 } }),
    ...(bins.length === 0 ? {} : { histogram: histogram(Number(min), Number(max), bins) }),
    ...(top.length === 0 ? {} : { top: top.map(({ value, count }) => ({ value: typed(column, value), count })) }),
  }
}

/** Without the fields that the engine left out or that are no JSON numbers. */
function present(fields: Record<string, unknown>): Record<string, never> {
  const kept = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(kept) as Record<string, never>
}

function histogram(min: number, max: number, bins: readonly Frequency[]) {
  if (min === max) return [{ from: min, to: max, count: bins[0]?.count ?? 0 }]
  const counts = new Map(bins.map(({ bin, count }) => [bin, count]))
  const edge = (index: number) => (index === binCount ? max : min + ((max - min) * index) / binCount)
  return Array.from({ length: binCount }, (_, index) => ({
    from: edge(index),
    to: edge(index + 1),
    count: counts.get(index) ?? 0,
  }))
}

/** Frequent values come as text whatever the column. */
function typed({ kind }: Column, value: string | null) {
  if (kind === 'boolean') return value === 'true'
  if (kind === 'integer' && Number.isSafeInteger(Number(value))) return Number(value)
  return value
}
