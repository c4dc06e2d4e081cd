import { decodeRecords, type LogRecord, type PredictionRecord } from '../../platform/inference/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import { predictionsIngested } from './model.ts'
import type { NewsListener } from './news.ts'
import { toRows } from './rows.ts'
import { deleteCursors, readCursors, saveCursor } from './segment-store.ts'
import { listSegments, readLines, removeSegment, type Segment } from './segments.ts'
import { insertPredictions, lastSeq, type NewPrediction } from './store.ts'
import type { PredictionDb, PredictionTx } from './tables.ts'
import { countTraffic } from './traffic.ts'
import { addTraffic } from './traffic-store.ts'

/**
 * Makes rows of what the workers logged, exactly once: rows and the position in the file move in one transaction. Woken
 * by the workers; passes do not overlap.
 */
export interface Ingester {
  /** Something was logged: read soon. Cheap. */
  wake(): void
  /** Resolves when everything logged before the call is rows. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

export interface IngestEnv {
  readonly platform: Platform
  readonly db: PredictionDb
  readonly folder: string
  /** Goes before the names of files where they are kept: empty, or `mbr_…/` for the log of a member of a fleet. */
  readonly owner: string
  /** Names of a model version's features, when its registered signature tells. */
  readonly featureNames: (modelVersionId: string) => Promise<readonly string[] | undefined>
  readonly tellNews: NewsListener
}

/** A wake-up is followed by a pass after this long: under load passes take more rows instead of more transactions. */
const delayMs = 50
const retryMs = 2000

export function createIngester(env: IngestEnv): Ingester {
  let current: Promise<void> | undefined
  let queued: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function catchUp(): Promise<void> {
    if (current === undefined) {
      current = pass(env).finally(() => {
        current = undefined
      })
      return current
    }
    // A pass under way may have read a file before the caller's record was in it: one more is needed.
    queued ??= current
      .catch(() => undefined)
      .then(() => {
        queued = undefined
        return catchUp()
      })
    return queued
  }

  function schedule(ms: number): void {
    if (isStopped) return
    timer ??= setTimeout(() => {
      timer = undefined
      catchUp().catch((error) => {
        env.platform.log.error('predictions not stored', { error })
        schedule(retryMs)
      })
    }, ms)
  }

  return {
    wake: () => schedule(delayMs),
    catchUp,
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await queued?.catch(() => undefined)
      await current?.catch(() => undefined)
    },
  }
}

async function pass(env: IngestEnv): Promise<void> {
  const segments = await listSegments(env.folder)
  const cursors = await readCursors(env.db.read, env.owner)
  for (const segment of segments) await takeSegment(env, segment, cursors.get(segment.name) ?? 0)
  const gone = [...cursors.keys()].filter((name) => !segments.some((segment) => segment.name === name))
  if (gone.length > 0) await env.db.transaction((tx) => deleteCursors(tx.query, env.owner, gone))
}

async function takeSegment(env: IngestEnv, segment: Segment, from: number): Promise<void> {
  let offset = from
  for (;;) {
    const { lines, end } = await readLines(env.folder, segment.name, offset)
    if (lines.length === 0) break
    const records = lines.flatMap(decodeRecords)
    const predictions = await toPredictions(env, records)
    faultPoint('serving.predictions.beforeIngest')
    await env.db.transaction((tx) => store(env, tx, { name: segment.name, end, records, predictions }))
    faultPoint('serving.predictions.ingested')
    offset = end
    // A backlog must not keep requests waiting.
    await new Promise((resolve) => setImmediate(resolve))
  }
  // The row of the cursor goes in the next pass, when the file is surely gone: never the other way round.
  if (segment.isFinished) await removeSegment(env.folder, segment.name)
}

interface Batch {
  readonly name: string
  readonly end: number
  readonly records: readonly LogRecord[]
  readonly predictions: readonly NewPrediction[]
}

async function store(env: IngestEnv, tx: PredictionTx, batch: Batch): Promise<void> {
  // Hosts take turns: sums lose nothing, and whoever has read up to a number never misses a smaller one.
  const turn = tx.dialect.takeTurn('serving.ingest')
  if (turn !== undefined) await tx.query.executeQuery(turn.compile(tx.query))
  for (const count of countTraffic(batch.records)) await addTraffic(tx.query, count)
  await saveCursor(tx.query, { name: env.owner + batch.name, offset: batch.end })
  const byDeployment = Map.groupBy(batch.predictions, (prediction) => prediction.deployment)
  const touched: string[] = []
  for (const [deployment, predictions] of byDeployment) {
    const count = await insertPredictions(tx, predictions)
    if (count === 0) continue
    touched.push(deployment)
    const times = predictions.map((prediction) => prediction.eventAt)
    await env.platform.events.emit(tx, predictionsIngested, deployment, {
      deployment,
      count,
      from: times.reduce((a, b) => Math.min(a, b)),
      to: times.reduce((a, b) => Math.max(a, b)),
      lastSeq: await lastSeq(tx.query, deployment),
    })
  }
  if (touched.length > 0) await env.tellNews(tx, { deployments: touched })
}

async function toPredictions(env: IngestEnv, records: readonly LogRecord[]): Promise<NewPrediction[]> {
  const predictions: NewPrediction[] = []
  for (const record of records) {
    if (record.kind !== 'prediction') continue
    const names = await env.featureNames(record.modelVersionId)
    try {
      for (const row of toRows(record, names)) predictions.push(toPrediction(record, row))
    } catch (error) {
      // One record that cannot be read (another version wrote it) must not hold up all that follow.
      env.platform.log.error('prediction record not understood', { id: record.id, error })
    }
  }
  return predictions
}

function toPrediction(record: PredictionRecord, row: Pick<NewPrediction, 'id' | 'inputs' | 'outputs'>): NewPrediction {
  return {
    ...row,
    deployment: record.deployment,
    variant: record.variant,
    modelVersionId: record.modelVersionId,
    requestId: record.requestId ?? undefined,
    latencyUs: record.latencyUs,
    at: record.at,
    eventAt: record.eventAt ?? record.at,
    unit: record.unit ?? undefined,
  }
}
