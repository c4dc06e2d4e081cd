import { hasCode } from '../../../kernel/errors.ts'
import type { JobRun } from '../../../kernel/job.ts'
import type { Json } from '../../../kernel/json.ts'
import type { ScoringContext } from '../context.ts'
import { isFinalFailure, problemOf } from '../final-failure.ts'
import { type ScoredRow, scoreRows } from '../score-rows.ts'
import { datasetMade } from './model.ts'
import { batches, countDone, insertPart, listParts, type StoredBatch } from './store.ts'

/**
 * The job of a batch: part by part, each a file of JSON lines in the blob store that is named in one transaction. Dying
 * anywhere loses at most the part in hand. The dataset version is made of the parts at the end.
 */

type BatchContext = Pick<ScoringContext, 'platform' | 'db' | 'datasets' | 'scorers'>

const partRows = 2000

export async function runBatchJob(
  ctx: BatchContext,
  batchId: string,
  job: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>,
): Promise<void> {
  try {
    for (;;) {
      job.signal.throwIfAborted()
      const batch = await batches.find(ctx.db.read, { id: batchId })
      if (batch?.state !== 'running') return
      const { doneCount } = await countDone(ctx.db.read, batchId)
      if (doneCount >= batch.rowCount) return await finish(ctx, batch)
      await takePart(ctx, batch, doneCount)
    }
  } catch (error) {
    if (!isFinalFailure(error, job)) throw error
    const end = { state: 'failed' as const, problem: problemOf(error), endedAt: ctx.platform.clock.now() }
    await ctx.db.transaction((tx) => batches.change(tx.query, { id: batchId, state: 'running' }, end))
  } finally {
    ctx.scorers.close(batchId)
  }
}

type Row = Readonly<Record<string, Json>>

async function takePart(ctx: BatchContext, batch: StoredBatch, offset: number): Promise<void> {
  const { rows } = await ctx.datasets.preview({ ref: batch.inputVersionId, limit: partRows, offset })
  const given = rows as readonly Row[]
  const scored = await score(ctx, batch, given).catch((error) => {
    if (!hasCode(error, 'scorer_lost')) throw error
    // It may have been killed from outside: once more, in a new process.
    ctx.scorers.close(batch.id)
    return score(ctx, batch, given)
  })
  const lines = given.map((row, index) => `${JSON.stringify(answered(row, scored[index]))}\n`)
  const { digest, sizeBytes } = await ctx.platform.blobs.write(lines.join(''))
  await ctx.db.transaction((tx) =>
    insertPart(tx.query, {
      batchId: batch.id,
      number: offset / partRows,
      digest,
      sizeBytes,
      rowCount: given.length,
      failedCount: scored.filter((each) => 'problem' in each).length,
    }),
  )
}

async function score({ scorers }: BatchContext, batch: StoredBatch, rows: readonly Row[]): Promise<ScoredRow[]> {
  const { scorer, model } = await scorers.open(batch.id, batch)
  return scoreRows(
    { run: scorer.runTogether },
    model,
    rows.map((row) => ({ inputs: asFeatures(row) })),
  )
}

/** Values of a table as a model's numbers: yes and no are 1 and 0, and what is no number is missing. */
export function asFeatures(row: Row): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'boolean'
        ? Number(value)
        : value === 'NaN' || value === 'Infinity' || value === '-Infinity'
          ? null
          : value,
    ]),
  )
}

/** The row with what the model said; a name that the row has already stays the row's. */
function answered(row: Row, scored: ScoredRow | undefined): Row {
  if (scored === undefined || 'problem' in scored) return { ...row, problem: scored?.problem ?? 'no answer' }
  const outputs = Object.entries(scored.outputs).map(([name, value]) => [`predicted_${name}`, value] as const)
  return { ...Object.fromEntries(outputs), ...row }
}

async function finish(ctx: BatchContext, batch: StoredBatch): Promise<void> {
  const { platform, datasets, db } = ctx
  const parts = await listParts(db.read, batch.id)
  const files = parts.map(({ number, digest, sizeBytes }) => ({
    path: `part-${String(number).padStart(5, '0')}.jsonl`,
    digest,
    sizeBytes,
  }))
  const now = platform.clock.now()
  await db.transaction(async (tx) => {
    await datasets.ensureDataset({ name: batch.output }, tx)
    const version = await datasets.createVersion(
      {
        dataset: batch.output,
        files,
        parents: [batch.inputVersionId],
        message: `${batch.model}/${batch.version} over ${batch.inputVersionId}`,
        metadata: { modelVersionId: batch.modelVersionId, batchId: batch.id },
      },
      tx,
    )
    const end = { state: 'finished', outputVersionId: version.id, endedAt: now } as const
    if (!(await batches.change(tx.query, { id: batch.id, state: 'running' }, end))) return
    await platform.events.emit(tx, datasetMade, version.id, {
      datasetVersionId: version.id,
      dataset: batch.output,
      modelVersionIds: [batch.modelVersionId],
      rowCount: batch.rowCount,
    })
  })
}
