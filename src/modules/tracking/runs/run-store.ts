import type { Kysely } from 'kysely'
import { readColumns } from '../../../platform/db/index.ts'
import { type MetricSummary, toMetricValue } from '../metrics/metric.ts'
import type { Lifecycle } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { Run, RunRecord, RunStatus } from './run.ts'
import type { LoggedKeys } from './run-select.ts'

export type RunRow = TrackingTables['tracking_runs']
type Db = Kysely<TrackingTables>

export function findRunRow(db: Db, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('tracking_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

// Ids per statement: few enough texts to stay prepared, many enough that a page of 1,000 runs takes a handful.
const chunk = 250
// Of 20,000 runs with 500 metrics each, 1,000 are one answer of 30 MB; all of them would be more than a process can hold.
const maxLogged = 500_000

/** The runs with these ids, in the order of the ids. */
export async function findRunRows(db: Db, ids: readonly string[]): Promise<RunRow[]> {
  const byId = new Map<string, RunRow>()
  for (let at = 0; at < ids.length; at += chunk) {
    const some = ids.slice(at, at + chunk)
    const rows = await db.selectFrom('tracking_runs').selectAll().where('id', 'in', some).execute()
    for (const row of rows) byId.set(row.id, row)
  }
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** False when a run with this id is there already. */
export async function insertRun(db: Db, row: RunRow): Promise<boolean> {
  const result = await db
    .insertInto('tracking_runs')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function updateRunRow(db: Db, id: string, changes: Partial<RunRow>): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await db.updateTable('tracking_runs').set(changes).where('id', '=', id).execute()
}

export function toRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    experimentId: row.experimentId,
    name: row.name,
    status: row.status as RunStatus,
    lifecycle: row.lifecycle as Lifecycle,
    startedAt: row.startedAt,
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    ...(row.parentRunId === null ? {} : { parentRunId: row.parentRunId }),
    ...(row.stepRunId === null ? {} : { stepRunId: row.stepRunId }),
    createdBy: row.createdBy,
    source: {
      ...(row.sourceType === null ? {} : { type: row.sourceType }),
      ...(row.sourceName === null ? {} : { name: row.sourceName }),
      ...(row.commit === null ? {} : { commit: row.commit }),
      ...(row.dirty === null ? {} : { dirty: row.dirty === 1 }),
    },
  }
}

/**
 * Runs with what was logged into them, or with some keys of it, in the order of `rows`: at least one, and only the first of
 * them when the others would have too much logged into them for one answer.
 */
export async function withLogged(
  db: Db,
  rows: readonly RunRow[],
  { keys = {}, most = maxLogged }: { readonly keys?: LoggedKeys; readonly most?: number | undefined } = {},
): Promise<Run[]> {
  const runs = rows.map((row): Run => ({ ...toRecord(row), metrics: [], params: {}, tags: {} }))
  const byId = new Map(runs.map((run) => [run.id, run]))
  const ids = [...byId.keys()]
  let logged = 0
  for (let at = 0; at < ids.length; at += chunk) {
    if (logged >= most) return runs.slice(0, at)
    logged += await fillLogged(db, { ids: ids.slice(at, at + chunk), keys }, byId)
  }
  return runs
}

interface Wanted {
  readonly ids: readonly string[]
  readonly keys: LoggedKeys
}

/** Answers how much there was. The three reads go out together: on PostgreSQL, a round trip to a busy server costs more than the read. */
async function fillLogged(db: Db, { ids, keys }: Wanted, byId: ReadonlyMap<string, Run>): Promise<number> {
  const [params, tags, summaries] = await Promise.all([
    readPairs(db, 'tracking_params', { ids, keys: keys.params }),
    readPairs(db, 'tracking_tags', { ids, keys: keys.tags }),
    readSummaries(db, ids, keys.metrics),
  ])
  for (const { runId, key, value } of params) fill(byId.get(runId)?.params, key, value)
  for (const { runId, key, value } of tags) fill(byId.get(runId)?.tags, key, value)
  for (const { runId, ...metric } of summaries) byId.get(runId)?.metrics.push(metric)
  return params.length + tags.length + summaries.length
}

function fill(pairs: Record<string, string> | undefined, key: string, value: string): void {
  if (pairs !== undefined) pairs[key] = value
}

interface Logged {
  readonly runId: string
  readonly key: string
}

/**
 * SQLite reads what runs logged in this order, which costs nothing to see; PostgreSQL would sort all the rows of a page
 * first, in more time than reading them takes.
 */
function byRunAndKey(a: Logged, b: Logged): number {
  if (a.runId === b.runId) return a.key < b.key ? -1 : 1
  return a.runId < b.runId ? -1 : 1
}

interface WantedPairs {
  readonly ids: readonly string[]
  /** Absent means every key. */
  readonly keys: readonly string[] | undefined
}

async function readPairs(db: Db, table: 'tracking_params' | 'tracking_tags', { ids, keys }: WantedPairs) {
  if (keys?.length === 0) return []
  const all = db.selectFrom(table).selectAll().where('runId', 'in', ids)
  const wanted = keys === undefined ? all : all.where('key', 'in', keys)
  return (await wanted.execute()).sort(byRunAndKey)
}

const summaryColumns = {
  runId: 'id',
  key: 'text',
  lastValue: 'real',
  lastIsNan: 'bool',
  lastStep: 'int',
  lastTimestamp: 'time',
  minValue: 'real',
  maxValue: 'real',
} as const
const summaryNames = Object.keys(summaryColumns) as (keyof typeof summaryColumns)[]

/** By run, and within a run in the order of the keys. */
export async function readSummaries(
  db: Db,
  ids: readonly string[],
  keys?: readonly string[],
): Promise<(MetricSummary & { runId: string })[]> {
  if (keys?.length === 0) return []
  const all = db.selectFrom('tracking_series').select(summaryNames).where('runId', 'in', ids)
  const wanted = keys === undefined ? all : all.where('key', 'in', keys)
  const rows = (await readColumns(db, wanted, summaryColumns)).sort(byRunAndKey)
  return rows.map((row) => ({
    runId: row.runId,
    key: row.key,
    value: row.lastIsNan === 1 ? 'NaN' : toMetricValue(row.lastValue),
    step: row.lastStep,
    timestamp: row.lastTimestamp,
    ...(row.minValue === null ? {} : { min: toMetricValue(row.minValue) }),
    ...(row.maxValue === null ? {} : { max: toMetricValue(row.maxValue) }),
  }))
}

export async function deleteTagRow(db: Db, runId: string, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('tracking_tags')
    .where('runId', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
