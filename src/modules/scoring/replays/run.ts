import { hasCode } from '../../../kernel/errors.ts'
import type { JobRun } from '../../../kernel/job.ts'
import { addBuckets, type Buckets, latencyBucket, percentile } from '../../../platform/inference/index.ts'
import type { WindowRow } from '../../predictions/index.ts'
import { mainVariant, type StoredVariant } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import { isFinalFailure, problemOf } from '../final-failure.ts'
import { type ScoredRow, scoreRows } from '../score-rows.ts'
import { insertComparisons, toComparison } from '../store.ts'
import { type ReplayReport, replayEnded } from './model.ts'
import { makeReport } from './report.ts'
import { replays, type StoredReplay } from './store.ts'

/**
 * The job of a replay: chunk by chunk through the candidate in a process of its own; chunk and cursor are one transaction,
 * so a crash anywhere loses at most the chunk in hand. A candidate that ends its process twice on the same chunk fails.
 */

type ReplayContext = Pick<
  ScoringContext,
  'platform' | 'db' | 'predictions' | 'serving' | 'scorers' | 'replayEndListeners'
>

const chunkRows = 200
/** Rows on which the champion is timed. */
const timedRows = 300

export async function runReplayJob(
  ctx: ReplayContext,
  replayId: string,
  job: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>,
): Promise<void> {
  const { db, scorers } = ctx
  try {
    for (;;) {
      job.signal.throwIfAborted()
      const replay = await replays.find(db.read, { id: replayId })
      if (replay?.state !== 'running') return
      if (replay.cursorSeq >= replay.endSeq) return await finish(ctx, replay)
      await takeChunk(ctx, replay)
    }
  } catch (error) {
    if (!isFinalFailure(error, job)) throw error
    const replay = await replays.find(db.read, { id: replayId })
    if (replay !== undefined) await endReplaying(ctx, replay, { state: 'failed', problem: problemOf(error) })
  } finally {
    scorers.close(replayId)
  }
}

async function takeChunk(ctx: ReplayContext, replay: StoredReplay): Promise<void> {
  const rows = await rowsAfter(ctx, replay, replay.cursorSeq, chunkRows)
  const scored = await score(ctx, replay.id, replay, rows).catch((error) => {
    if (!hasCode(error, 'scorer_lost')) throw error
    // It may have been killed from outside: once more, in a new process.
    ctx.scorers.close(replay.id)
    return score(ctx, replay.id, replay, rows)
  })
  const comparisons = rows.map((row, index) => toComparison(replay.id, row, scored[index] ?? { problem: 'no answer' }))
  const cursorSeq = rows.at(-1)?.seq ?? replay.endSeq
  await ctx.db.transaction(async (tx) => {
    const unmoved = { id: replay.id, cursorSeq: replay.cursorSeq, state: 'running' }
    if (!(await replays.change(tx.query, unmoved, { cursorSeq, doneCount: replay.doneCount + rows.length }))) return
    await insertComparisons(tx.query, comparisons)
  })
}

async function rowsAfter(
  ctx: ReplayContext,
  replay: StoredReplay,
  afterSeq: number,
  limit: number,
): Promise<WindowRow[]> {
  const { deployment, from, to, endSeq } = replay
  const { rows } = await ctx.predictions.predictionWindow({ deployment, from, to, afterSeq, limit })
  return rows.filter((row) => row.seq <= endSeq)
}

async function score(
  { scorers }: ReplayContext,
  user: string,
  model: { readonly modelVersionId: string; readonly digest: string },
  rows: readonly WindowRow[],
): Promise<ScoredRow[]> {
  const opened = await scorers.open(user, model)
  return scoreRows(opened.scorer, opened.model, rows)
}

async function finish(ctx: ReplayContext, replay: StoredReplay): Promise<void> {
  const report = await makeReport(ctx.db.read, replay.id)
  const champion = await timeChampion(ctx, replay)
  await endReplaying(ctx, replay, {
    state: 'finished',
    report: { ...report, ...(champion === undefined ? {} : { champion }) },
  })
}

/** The champion's time for the same rows, in a process like the candidate's: what the difference costs a client. */
async function timeChampion(ctx: ReplayContext, replay: StoredReplay): Promise<ReplayReport['champion']> {
  const deployment = await ctx.serving.getStored(replay.deployment).catch(() => undefined)
  const champion: StoredVariant | undefined = mainVariant(deployment?.variants ?? [])
  if (champion === undefined) return undefined
  const user = `${replay.id}-c`
  try {
    const rows = await rowsAfter(ctx, replay, replay.endSeq - timedRows - 1, timedRows)
    const buckets: Buckets = {}
    for (const row of await score(ctx, user, champion, rows))
      if ('latencyUs' in row) addBuckets(buckets, { [latencyBucket(row.latencyUs)]: 1 })
    const [p50Us, p99Us] = [percentile(buckets, 0.5), percentile(buckets, 0.99)]
    return p50Us === undefined || p99Us === undefined ? undefined : { version: champion.version, p50Us, p99Us }
  } catch {
    // The replay is about the candidate: a champion that cannot be timed is left out.
    return undefined
  } finally {
    ctx.scorers.close(user)
  }
}

export async function endReplaying(
  ctx: ReplayContext,
  replay: StoredReplay,
  outcome: Pick<StoredReplay, 'state' | 'report' | 'problem'>,
): Promise<void> {
  const ended = { ...outcome, endedAt: ctx.platform.clock.now() }
  await ctx.db.transaction(async (tx) => {
    if (!(await replays.change(tx.query, { id: replay.id, state: 'running' }, ended))) return
    const { id, deployment, modelVersionId } = replay
    const payload = { replayId: id, deployment, modelVersionId, state: ended.state }
    await ctx.platform.events.emit(tx, replayEnded, id, payload)
    for (const listener of ctx.replayEndListeners) await listener(tx, replay.id)
  })
}
