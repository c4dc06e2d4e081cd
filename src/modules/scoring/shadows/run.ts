import { splitPoint } from '../../../platform/inference/index.ts'
import type { ScoringContext } from '../context.ts'
import { type ScoredRow, scoreRows } from '../score-rows.ts'
import { insertComparisons, pruneComparisons, toComparison } from '../store.ts'
import { lookAtRows } from './jobs.ts'
import { advanceShadow, countAnswered, listAnsweredIds, overflowSeq, type StoredShadow, shadows } from './store.ts'

/**
 * The life of a shadow: rows of the prediction log, which exist only after their answers have left, run through the
 * candidate in its own process. The queue is the log itself behind the shadow's cursor; what lies farther back than its
 * bound is dropped and counted. The cursor moves with the rows, in one transaction.
 */

/** Rows that may wait; a shadow that is farther behind skips. */
export const queueRows = 5000
const chunkRows = 200
/** Rows one look takes at most before others get their turn. */
const chunksPerLook = 5
/** Comparisons that are kept of one shadow. */
const keptRows = 20_000
const firstPauseMs = 1000
const maxPauseMs = 60_000

/** After a look it rests so many times as long: a tenth of one core at most, and rows that come faster are dropped. */
const restFactor = 9

/** One look by the job. */
export async function runShadowOnce(ctx: ScoringContext, shadowId: string): Promise<void> {
  const { platform, db } = ctx
  const startedAt = platform.clock.monotonic()
  for (let chunk = 0; chunk < chunksPerLook; chunk++) {
    const shadow = await shadows.find(db.read, { id: shadowId })
    if (shadow?.state !== 'running') return ctx.scorers.close(shadowId)
    const now = platform.clock.now()
    if (now < shadow.pausedUntil)
      return db.transaction((tx) => lookAtRows(platform.jobs, tx, shadowId, shadow.pausedUntil))
    if (await dropOverflow(ctx, shadow)) continue
    if (!(await takeChunk(ctx, shadow))) return
  }
  const restMs = Math.round((platform.clock.monotonic() - startedAt) * restFactor)
  const until = platform.clock.now() + restMs
  await db.transaction(async (tx) => {
    await shadows.change(tx.query, { id: shadowId, state: 'running' }, { pausedUntil: until })
    await lookAtRows(platform.jobs, tx, shadowId, until)
  })
}

/** Skips what is farther back than the queue holds; true when something was. */
async function dropOverflow({ db }: ScoringContext, shadow: StoredShadow): Promise<boolean> {
  const { deployment, cursorSeq, modelVersionId } = shadow
  const toSeq = await overflowSeq(db.read, { deployment, afterSeq: cursorSeq, keep: queueRows })
  if (toSeq === undefined) return false
  const range = { deployment, notVersionId: modelVersionId, afterSeq: cursorSeq, toSeq }
  const dropped =
    shadow.sample >= 100
      ? await countAnswered(db.read, range)
      : (await listAnsweredIds(db.read, range)).filter((id) => isSampled(shadow, id)).length
  await db.transaction((tx) => advanceShadow(tx.query, shadow, { cursorSeq: toSeq, scored: 0, dropped }))
  return true
}

/** Scores the next rows; false when there are none. */
async function takeChunk(ctx: ScoringContext, shadow: StoredShadow): Promise<boolean> {
  const { db, scorers } = ctx
  const { rows } = await ctx.predictions.predictionWindow({
    deployment: shadow.deployment,
    afterSeq: shadow.cursorSeq,
    limit: chunkRows,
  })
  const last = rows.at(-1)
  if (last === undefined) return false
  const sampled = rows.filter((row) => row.modelVersionId !== shadow.modelVersionId && isSampled(shadow, row.id))
  let scored: ScoredRow[] = []
  let problem: string | undefined
  try {
    const { scorer, model } = await scorers.open(shadow.id, shadow)
    scored = await scoreRows(scorer, model, sampled)
  } catch (error) {
    // Whichever row it was: none of them is given to it again.
    problem = error instanceof Error ? error.message : String(error)
    scorers.close(shadow.id)
  }
  const comparisons = sampled.map((row, index) =>
    toComparison(shadow.id, row, scored[index] ?? { problem: problem ?? 'the model gave no answer' }),
  )
  const crash = problem === undefined ? undefined : { problem, pausedUntil: pauseUntil(ctx, shadow) }
  await db.transaction(async (tx) => {
    const progress = { cursorSeq: last.seq, scored: sampled.length, dropped: 0, crash }
    if (!(await advanceShadow(tx.query, shadow, progress))) return
    await insertComparisons(tx.query, comparisons)
    await pruneComparisons(tx.query, shadow.id, keptRows)
  })
  return true
}

function pauseUntil({ platform }: ScoringContext, { crashesInRow }: StoredShadow): number {
  return platform.clock.now() + Math.min(maxPauseMs, firstPauseMs * 2 ** crashesInRow)
}

/** By the prediction's id, so that a row is in the sample or not however often it is looked at. */
function isSampled({ id, sample }: StoredShadow, predictionId: string): boolean {
  return sample >= 100 || splitPoint(id, predictionId) < sample
}
