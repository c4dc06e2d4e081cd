import { toServable } from '../models/servable.ts'
import { lastSeq } from '../predictions/store.ts'
import { startReplay } from '../replays/service.ts'
import { findReplay } from '../replays/store.ts'
import type { RolloutEnv } from './env.ts'
import { lookLater } from './jobs.ts'
import { judgeReplay } from './replay-step.ts'
import { insertDecision, type StoredRollout } from './store.ts'
import { beginRollout, type DecidedMove } from './transitions.ts'

/** A rollout that replays recorded requests before its candidate gets a live one. Call in the turn of the deployment. */
export async function beginReplaying(env: RolloutEnv, rollout: StoredRollout): Promise<void> {
  const { deployment, modelVersionId, replay } = rollout
  await startReplay(env, { deployment, ref: modelVersionId, since: replay?.since ?? '24h' }, async (tx, started) => {
    const waitingFor = `the replay of ${started.rowCount} recorded rows`
    await beginRollout(env, tx, { ...rollout, state: 'replaying', replayId: started.id, waitingFor })
    const reason = `${started.rowCount} recorded rows are run through version ${rollout.version}`
    await insertDecision(tx.query, rollout.id, { at: started.startedAt, act: 'replaying', step: 0, weight: 0, reason })
  })
}

/** One look at a rollout that replays: the canary begins, or it never does. */
export async function lookAtReplay(
  env: RolloutEnv,
  rollout: StoredRollout,
  waitedMs: number,
): Promise<DecidedMove | undefined> {
  const replay = rollout.replayId === undefined ? undefined : await findReplay(env.db.read, rollout.replayId)
  const now = env.platform.clock.now()
  if (replay?.state === 'running') {
    await env.db.transaction((tx) => lookLater(env.platform.jobs, tx, rollout.id, { waitedMs, now }))
    return undefined
  }
  if (replay?.report === undefined || rollout.replay === undefined) {
    const problem = replay?.problem ?? `it was ${replay?.state ?? 'lost'}`
    return { rollout, move: { act: 'rolledBack', reason: `the replay ended without a report: ${problem}` } }
  }
  const { passed, reason } = judgeReplay(rollout.replay, rollout.analysis, replay.report)
  if (!passed) return { rollout, move: { act: 'rolledBack', reason } }
  const version = await env.registry.resolve(rollout.modelVersionId)
  const candidate = await toServable(env, version, { weight: rollout.steps[0]?.weight ?? 0 })
  const seq = await lastSeq(env.db.read, rollout.deployment)
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
