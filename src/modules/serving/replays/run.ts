import { hasCode } from '../../../kernel/errors.ts'
import type { JobRun } from '../../../kernel/job.ts'
import { addBuckets, type Buckets, latencyBucket, percentile } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { findDeployment, mainVariant, type StoredVariant } from '../deployments/store.ts'
import type { WindowRow } from '../predictions/model.ts'
import { readWindow } from '../predictions/store.ts'
import { isFinalFailure, problemOf } from '../scoring/final-failure.ts'
import { type ScoredRow, scoreRows } from '../scoring/score-rows.ts'
import type { ScorerPool } from '../scoring/scorer-pool.ts'
import { insertComparisons, toComparison } from '../scoring/store.ts'
import type { ServingDb, ServingTx } from '../tables.ts'
import { type ReplayReport, replayEnded } from './model.ts'
import { makeReport } from './report.ts'
import { advanceReplay, endReplay, findReplay, type StoredReplay } from './store.ts'

/**
 * The job of a replay: chunk by chunk through the candidate in a process of its own; chunk and cursor are one transaction,
 * so a crash anywhere loses at most the chunk in hand. A candidate that ends its process twice on the same chunk fails.
 */
export interface ReplayEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly scorers: ScorerPool
  /** Called in the transaction that ended a replay. */
  readonly onReplayEnded?: (tx: ServingTx, replay: StoredReplay) => Promise<void>
}

const chunkRows = 200
/** Rows on which the champion is timed. */
const timedRows = 300

export async function runReplayJob(
  env: ReplayEnv,
  replayId: string,
  job: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>,
): Promise<void> {
  const { db, scorers } = env
  try {
    for (;;) {
      job.signal.throwIfAborted()
      const replay = await findReplay(db.read, replayId)
      if (replay?.state !== 'running') return
      if (replay.cursorSeq >= replay.endSeq) return await finish(env, replay)
      await takeChunk(env, replay)
    }
  } catch (error) {
    if (!isFinalFailure(error, job)) throw error
    const replay = await findReplay(db.read, replayId)
    if (replay !== undefined) await end(env, replay, { state: 'failed', problem: problemOf(error) })
  } finally {
    scorers.close(replayId)
  }
}

async function takeChunk(env: ReplayEnv, replay: StoredReplay): Promise<void> {
  const rows = await rowsAfter(env.db, replay, replay.cursorSeq, chunkRows)
  const scored = await score(env, replay.id, replay, rows).catch((error) => {
    if (!hasCode(error, 'scorer_lost')) throw error
    // It may have been killed from outside: once more, in a new process.
    env.scorers.close(replay.id)
    return score(env, replay.id, replay, rows)
  })
  const comparisons = rows.map((row, index) => toComparison(replay.id, row, scored[index] ?? { problem: 'no answer' }))
  const cursorSeq = rows.at(-1)?.seq ?? replay.endSeq
  await env.db.transaction(async (tx) => {
    if (!(await advanceReplay(tx.query, replay, { cursorSeq, doneCount: replay.doneCount + rows.length }))) return
    await insertComparisons(tx.query, comparisons)
  })
}

async function rowsAfter(db: ServingDb, replay: StoredReplay, afterSeq: number, limit: number): Promise<WindowRow[]> {
  const { deployment, from, to, endSeq } = replay
  const rows = await readWindow(db.read, { deployment, from, to, afterSeq, limit })
  return rows.filter((row) => row.seq <= endSeq)
}

async function score(
  { scorers }: ReplayEnv,
  user: string,
  model: { readonly modelVersionId: string; readonly digest: string },
  rows: readonly WindowRow[],
): Promise<ScoredRow[]> {
  const opened = await scorers.open(user, model)
  return scoreRows(opened.scorer, opened.model, rows)
}

async function finish(env: ReplayEnv, replay: StoredReplay): Promise<void> {
  const report = await makeReport(env.db.read, replay.id)
  const champion = await timeChampion(env, replay)
  await end(env, replay, { state: 'finished', report: { ...report, ...(champion === undefined ? {} : { champion }) } })
}

/** The champion's time for the same rows, in a process like the candidate's: what the difference costs a client. */
async function timeChampion(env: ReplayEnv, replay: StoredReplay): Promise<ReplayReport['champion']> {
  const deployment = await findDeployment(env.db.read, replay.deployment)
  const champion: StoredVariant | undefined = mainVariant(deployment?.variants ?? [])
  if (champion === undefined) return undefined
  const user = `${replay.id}-c`
  try {
    const rows = await rowsAfter(env.db, replay, replay.endSeq - timedRows - 1, timedRows)
    const buckets: Buckets = {}
    for (const row of await score(env, user, champion, rows))
      if ('latencyUs' in row) addBuckets(buckets, { [latencyBucket(row.latencyUs)]: 1 })
    const [p50Us, p99Us] = [percentile(buckets, 0.5), percentile(buckets, 0.99)]
    return p50Us === undefined || p99Us === undefined ? undefined : { version: champion.version, p50Us, p99Us }
  } catch {
    // The replay is about the candidate: a champion that cannot be timed is left out.
    return undefined
  } finally {
    env.scorers.close(user)
  }
}

export async function end(
  env: Pick<ReplayEnv, 'platform' | 'db' | 'onReplayEnded'>,
  replay: StoredReplay,
  outcome: Pick<StoredReplay, 'state' | 'report' | 'problem'>,
): Promise<void> {
  const ended = { ...outcome, endedAt: env.platform.clock.now() }
  await env.db.transaction(async (tx) => {
    if (!(await endReplay(tx.query, replay.id, ended))) return
    const { id, deployment, modelVersionId } = replay
    const payload = { replayId: id, deployment, modelVersionId, state: ended.state }
    await env.platform.events.emit(tx, replayEnded, id, payload)
    await env.onReplayEnded?.(tx, replay)
  })
}
