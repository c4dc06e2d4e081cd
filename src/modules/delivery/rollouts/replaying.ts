import type { DeliveryContext } from '../context.ts'
import type { DeliveryTables } from '../tables.ts'
import { lookLater } from './jobs.ts'
import { judgeReplay } from './replay-step.ts'
import { insertDecision, type StoredRollout } from './store.ts'
import { beginRollout, type DecidedMove } from './transitions.ts'

/** A rollout that replays recorded requests before its candidate gets a live one. Call in the turn of the deployment. */
export async function beginReplaying(ctx: DeliveryContext, rollout: StoredRollout): Promise<void> {
  const { deployment, modelVersionId, replay } = rollout
  await ctx.scoring.startReplay(
    { deployment, ref: modelVersionId, since: replay?.since ?? '24h' },
    async (outer, started) => {
      const tx = outer.typed<DeliveryTables>()
      const waitingFor = `the replay of ${started.rowCount} recorded rows`
      await beginRollout(ctx, tx, { ...rollout, state: 'replaying', replayId: started.id, waitingFor })
      const reason = `${started.rowCount} recorded rows are run through version ${rollout.version}`
      await insertDecision(tx.query, rollout.id, {
        at: started.startedAt,
        act: 'replaying',
        step: 0,
        weight: 0,
        reason,
      })
    },
  )
}

/** One look at a rollout that replays: the canary begins, or it never does. */
export async function lookAtReplay(
  ctx: DeliveryContext,
  rollout: StoredRollout,
  waitedMs: number,
): Promise<DecidedMove | undefined> {
  const replay =
    rollout.replayId === undefined ? undefined : await ctx.scoring.getReplay(rollout.replayId).catch(() => undefined)
  const now = ctx.platform.clock.now()
  if (replay?.state === 'running') {
    await ctx.db.transaction((tx) => lookLater(ctx.platform.jobs, tx, rollout.id, { waitedMs, now }))
    return undefined
  }
  if (replay?.report === undefined || rollout.replay === undefined) {
    const problem = replay?.problem ?? `it was ${replay?.state ?? 'lost'}`
    return { rollout, move: { act: 'rolledBack', reason: `the replay ended without a report: ${problem}` } }
  }
  const { passed, reason } = judgeReplay(rollout.replay, rollout.analysis, replay.report)
  if (!passed) return { rollout, move: { act: 'rolledBack', reason } }
  const version = await ctx.registry.resolve(rollout.modelVersionId)
  const candidate = await ctx.servables.toServable(version, { weight: rollout.steps[0]?.weight ?? 0 })
  const seq = await ctx.predictions.lastSeq(rollout.deployment)
  const begun: StoredRollout = {
    ...rollout,
    state: 'running',
    waitingFor: undefined,
    startedSeq: seq,
    stepStartedSeq: seq,
    stepStartedAt: now,
  }
  return { rollout: begun, move: { act: 'started', reason }, candidate }
}
