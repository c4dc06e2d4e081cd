import { type Kysely, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import { countSpans } from './span-store.ts'
import type { Assessment, NewTrace, Trace, TraceState } from './trace.ts'

export type TraceRow = TrackingTables['tracking_traces']
type Db = Kysely<TrackingTables>
type PairTable = 'tracking_trace_tags' | 'tracking_trace_metadata'

export function findTraceRow(db: Db, id: string): Promise<TraceRow | undefined> {
  return db.selectFrom('tracking_traces').selectAll().where('id', '=', id).executeTakeFirst()
}

/** In the order of the ids; those that are not there are left out. */
export async function findTraceRows(db: Db, ids: readonly string[]): Promise<TraceRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('tracking_traces').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
}

/** Inserts or replaces: the record of a trace may arrive twice, or before and after its end. */
export async function upsertTrace(db: Db, experimentId: string, trace: NewTrace): Promise<void> {
  const values = {
    experimentId,
    state: trace.state,
    startedAt: trace.startedAt,
    durationMs: trace.durationMs ?? null,
    clientRequestId: trace.clientRequestId ?? null,
    requestPreview: trace.requestPreview ?? null,
    responsePreview: trace.responsePreview ?? null,
    name: trace.name ?? null,
    isRecorded: 1,
  }
  await db
    .insertInto('tracking_traces')
    .values({ id: trace.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await putTracePairs(db, 'tracking_trace_metadata', trace.id, trace.metadata)
  await putTracePairs(db, 'tracking_trace_tags', trace.id, trace.tags)
}

/** Sets tags or metadata; null removes one. */
export async function putTracePairs(
  db: Db,
  table: PairTable,
  traceId: string,
  pairs: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [key, value] of Object.entries(pairs)) {
    if (value === null) {
      await db.deleteFrom(table).where('traceId', '=', traceId).where('key', '=', key).execute()
      continue
    }
    await db
      .insertInto(table)
      .values({ traceId, key, value })
      .onConflict((conflict) => conflict.columns(['traceId', 'key']).doUpdateSet({ value }))
      .execute()
  }
}

export async function insertTracePrompts(db: Db, traceId: string, prompts: readonly string[]): Promise<void> {
  if (prompts.length === 0) return
  await db
    .insertInto('tracking_trace_prompts')
    .values(prompts.map((prompt) => ({ traceId, prompt })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function upsertAssessment(db: Db, assessment: Assessment): Promise<void> {
  const { body, ...rest } = assessment
  const { name, updatedAt, kind = null, value = null } = rest
  const changes = { name, body: JSON.stringify(body), updatedAt, kind, value }
  await db
    .insertInto('tracking_assessments')
    .values({ ...rest, ...changes })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute()
}

export async function deleteAssessmentRow(db: Db, traceId: string, id: string): Promise<void> {
  await db.deleteFrom('tracking_assessments').where('traceId', '=', traceId).where('id', '=', id).execute()
}

const ownedTables = [
  'tracking_spans',
  'tracking_trace_tags',
  'tracking_trace_metadata',
  'tracking_trace_runs',
  'tracking_trace_prompts',
  'tracking_assessments',
] as const

export async function deleteTraceRows(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  for (const table of ownedTables) {
    await db.deleteFrom(table).where('traceId', 'in', ids).execute()
  }
  await db.deleteFrom('tracking_artifacts').where('ownerId', 'in', ids).execute()
  await db.deleteFrom('tracking_traces').where('id', 'in', ids).execute()
}

/** The oldest traces of an experiment that began at or before a time. */
export async function oldTraceIds(db: Db, experimentId: string, until: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('tracking_traces')
    .select('id')
    .where('experimentId', '=', experimentId)
    .where('startedAt', '<=', until)
    .orderBy('startedAt')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Rows as entities, with tags, metadata and assessments. */
/** Ids of the runs that a trace belongs to. */
export async function listTraceRuns(db: Db, traceId: string): Promise<string[]> {
  const rows = await db.selectFrom('tracking_trace_runs').select('runId').where('traceId', '=', traceId).execute()
  return rows.map((row) => row.runId)
}

export async function toTraces(db: Db, rows: readonly TraceRow[]): Promise<Trace[]> {
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const spans = await countSpans(db, ids)
  const traces = rows.map((row) => ({ ...toTrace(row), spanCount: spans.get(row.id) ?? 0 }))
  const byId = new Map(traces.map((trace) => [trace.id, trace]))
  const own = <Table extends PairTable | 'tracking_assessments' | 'tracking_trace_runs'>(table: Table, order: string) =>
    sql<TrackingTables[Table]>`select * from ${sql.table(table)} where "traceId" in (${sql.join(ids)})
      order by ${sql.ref(order)}`.execute(db)
  for (const { traceId, key, value } of (await own('tracking_trace_tags', 'key')).rows) {
    const trace = byId.get(traceId)
    if (trace !== undefined) trace.tags[key] = value
  }
  for (const { traceId, key, value } of (await own('tracking_trace_metadata', 'key')).rows) {
    const trace = byId.get(traceId)
    if (trace !== undefined) trace.metadata[key] = value
  }
  for (const row of (await own('tracking_assessments', 'createdAt')).rows) {
    byId.get(row.traceId)?.assessments.push(toAssessment(row))
  }
  for (const { traceId, runId } of (await own('tracking_trace_runs', 'runId')).rows) {
    byId.get(traceId)?.runIds.push(runId)
  }
  return traces
}

function toAssessment(stored: TrackingTables['tracking_assessments']): Trace['assessments'][number] {
  const { kind, value, body, ...row } = stored
  return {
    ...row,
    ...(kind === null ? {} : { kind }),
    ...(value === null ? {} : { value }),
    body: JSON.parse(body),
  }
}

function toTrace(row: TraceRow): Omit<Trace, 'spanCount'> {
  return {
    id: row.id,
    experimentId: row.experimentId,
    ...(row.name === null ? {} : { name: row.name }),
    state: row.state as TraceState,
    startedAt: row.startedAt,
    ...(row.durationMs === null ? {} : { durationMs: row.durationMs }),
    ...(row.clientRequestId === null ? {} : { clientRequestId: row.clientRequestId }),
    ...(row.requestPreview === null ? {} : { requestPreview: row.requestPreview }),
    ...(row.responsePreview === null ? {} : { responsePreview: row.responsePreview }),
    metadata: {},
    tags: {},
    assessments: [],
    runIds: [],
  }
}
