import { type Kysely, sql } from 'kysely'
import type { InsertTarget, SqlValue, TypedTx } from '../../../platform/db/index.ts'
import type { Tags } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import { extentsOf, type SpanRecord, type TraceExtent } from './span.ts'
import type { TraceFacts } from './trace.ts'

/** The hot path of spans: whatever their number, a few statements whose texts are made once. */

type Db = Kysely<TrackingTables>
type StoreTx = TypedTx<TrackingTables>

const spanTarget: InsertTarget = {
  table: 'tracking_spans',
  columns: {
    traceId: 'id',
    id: 'id',
    parentId: 'id',
    name: 'text',
    kind: 'text',
    status: 'text',
    startNs: 'id',
    endNs: 'id',
    attributes: 'json',
    details: 'json',
  },
  suffix: `on conflict ("traceId", "id") do update set ${[
    'parentId',
    'name',
    'kind',
    'status',
    'startNs',
    'endNs',
    'attributes',
    'details',
  ]
    .map((name) => `"${name}" = excluded."${name}"`)
    .join(', ')}`,
}

const old = (column: string) => `tracking_traces."${column}"`
const earliest = `case when ${old('startedAt')} < excluded."startedAt" then ${old('startedAt')} else excluded."startedAt" end`
const oldEnd = `${old('startedAt')} + ${old('durationMs')}`
const newEnd = 'excluded."startedAt" + excluded."durationMs"'

/** A trace grows with its spans until its client has recorded it as a whole: then its times stand. */
const traceTarget: InsertTarget = {
  table: 'tracking_traces',
  columns: {
    id: 'id',
    experimentId: 'id',
    state: 'text',
    startedAt: 'time',
    durationMs: 'int',
    name: 'text',
    requestPreview: 'text',
    responsePreview: 'text',
  },
  suffix: `on conflict ("id") do update set
    "startedAt" = case when ${old('isRecorded')} = 1 then ${old('startedAt')} else ${earliest} end,
    "durationMs" = case when ${old('isRecorded')} = 1 or excluded."durationMs" is null then ${old('durationMs')}
      when ${old('durationMs')} is null then excluded."durationMs"
      else (case when ${oldEnd} > ${newEnd} then ${oldEnd} else ${newEnd} end) - (${earliest}) end,
    "state" = case when ${old('state')} in ('IN_PROGRESS', 'STATE_UNSPECIFIED') then excluded."state" else ${old('state')} end,
    ${['name', 'requestPreview', 'responsePreview']
      .map((name) => `"${name}" = coalesce(${old(name)}, excluded."${name}")`)
      .join(', ')}`,
}

const pairs = { traceId: 'id', key: 'text', value: 'text' } as const
const tagTarget: InsertTarget = {
  table: 'tracking_trace_tags',
  columns: pairs,
  suffix: 'on conflict ("traceId", "key") do update set "value" = excluded."value"',
}
const metadataTarget: InsertTarget = {
  table: 'tracking_trace_metadata',
  columns: pairs,
  suffix: 'on conflict do nothing',
}
const runTarget: InsertTarget = {
  table: 'tracking_trace_runs',
  columns: { traceId: 'id', runId: 'id' },
  suffix: 'on conflict do nothing',
}

export interface SpanBatch {
  readonly experimentId: string
  readonly spans: readonly SpanRecord[]
  readonly facts: ReadonlyMap<string, TraceFacts>
}

/** Inserts or replaces the spans, and grows their traces; answers the ids of the traces. */
export async function insertSpans(tx: StoreTx, { experimentId, spans, facts }: SpanBatch): Promise<string[]> {
  // In the order of the ids, so that two batches lock rows in the same order; the last of two equal spans counts.
  const unique = [...new Map(spans.map((span) => [span.traceId + span.id, span])).values()].sort(byIds)
  const extents = extentsOf(unique)
  await insert(
    tx,
    traceTarget,
    extents.map((extent) => traceRow(experimentId, extent, facts.get(extent.id))),
  )
  await insert(tx, spanTarget, unique.map(spanRow))
  await insert(
    tx,
    tagTarget,
    pairRows(extents, (id) => facts.get(id)?.tags),
  )
  await insert(
    tx,
    metadataTarget,
    pairRows(extents, (id) => facts.get(id)?.metadata),
  )
  return extents.map((extent) => extent.id)
}

const byIds = (a: SpanRecord, b: SpanRecord) =>
  a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : a.id < b.id ? -1 : 1

async function insert(tx: StoreTx, target: InsertTarget, rows: readonly (readonly SqlValue[])[]): Promise<void> {
  for (const query of tx.dialect.insertMany(target, rows)) await tx.query.executeQuery(query)
}

function traceRow(experimentId: string, extent: TraceExtent, facts: TraceFacts | undefined): SqlValue[] {
  const { id, startedAt, endedAt, root } = extent
  const isEnded = root?.endNs !== undefined
  const state = !isEnded ? 'IN_PROGRESS' : root?.status === 'ERROR' ? 'ERROR' : 'OK'
  const durationMs = endedAt === undefined ? null : endedAt - startedAt
  const previews = [facts?.requestPreview ?? null, facts?.responsePreview ?? null]
  return [id, experimentId, state, startedAt, durationMs, root?.name ?? null, ...previews]
}

function spanRow(span: SpanRecord): SqlValue[] {
  const { traceId, id, name, kind, status, startNs, attributes, details } = span
  return [traceId, id, span.parentId ?? null, name, kind, status, startNs, span.endNs ?? null, attributes, details]
}

function pairRows(extents: readonly TraceExtent[], tagsOf: (id: string) => Tags | undefined): SqlValue[][] {
  return extents.flatMap(({ id }) => Object.entries(tagsOf(id) ?? {}).map(([key, value]) => [id, key, value]))
}

export async function insertTraceRuns(tx: StoreTx, traceIds: readonly string[], runId: string): Promise<void> {
  const rows = traceIds.map((id) => [id, runId])
  await insert(tx, runTarget, rows)
}

/** Spans of some traces in order of their begin. */
export async function listSpanRows(db: Db, traceIds: readonly string[]): Promise<SpanRecord[]> {
  if (traceIds.length === 0) return []
  const rows = await db
    .selectFrom('tracking_spans')
    .selectAll()
    .where('traceId', 'in', traceIds)
    .orderBy('startNs')
    .orderBy('id')
    .execute()
  return rows.map(({ parentId, endNs, ...row }) => ({
    ...(row as SpanRecord),
    ...(parentId === null ? {} : { parentId }),
    ...(endNs === null ? {} : { endNs }),
  }))
}

/** How many spans each of some traces has. */
export async function countSpans(db: Db, traceIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ traceId: string; count: number }>`select "traceId", count(*) as "count"
    from tracking_spans where "traceId" in (${sql.join(traceIds)}) group by "traceId"`.execute(db)
  return new Map(rows.map((row) => [row.traceId, Number(row.count)]))
}
