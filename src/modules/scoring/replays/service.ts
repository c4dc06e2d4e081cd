import type { Page } from '../../../kernel/paging.ts'
import { fullRef, readDuration } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import type { Difference } from '../model.ts'
import { scoringErrors } from '../model.ts'
import type { PageOf } from '../service.ts'
import { listDifferences } from '../store.ts'
import type { ScoringTx } from '../tables.ts'
import { runReplay } from './jobs.ts'
import { type Replay, type ReplayEndListener, StartReplay } from './model.ts'
import { endReplaying } from './run.ts'
import { findRange, replays, type StoredReplay } from './store.ts'

/** Replays: recorded requests through a version. */
export function createReplays(ctx: ScoringContext) {
  /** Throws `replay_without_rows` when nothing was recorded in that time. `also` is written in the same transaction. */
  async function startReplay(
    given: StartReplay,
    also?: (tx: ScoringTx, replay: StoredReplay) => Promise<void>,
  ): Promise<Replay> {
    const input = StartReplay.parse(given)
    const deployment = await ctx.serving.getStored(input.deployment)
    const version = await ctx.registry.resolve(fullRef(deployment.model, input.ref))
    const { digest } = await ctx.servables.toServable(version, { weight: 0 })
    await ctx.predictions.catchUp()
    const now = ctx.platform.clock.now()
    const to = input.to ?? now + 1
    const from = input.from ?? to - readDuration(input.since)
    const range = await findRange(ctx.db.read, { deployment: deployment.name, from, to, limit: input.limit })
    if (range === undefined)
      throw scoringErrors.replay_without_rows({ deployment: deployment.name, since: input.since })
    const replay: StoredReplay = {
      id: ctx.platform.ids('rpl'),
      deployment: deployment.name,
      modelVersionId: version.id,
      version: version.version,
      digest,
      state: 'running',
      from,
      to,
      rowCount: range.rowCount,
      doneCount: 0,
      cursorSeq: range.afterSeq,
      endSeq: range.endSeq,
      startedAt: now,
    }
    await ctx.db.transaction(async (tx) => {
      await replays.insert(tx.query, replay)
      await ctx.platform.jobs.enqueue(tx, runReplay, { replayId: replay.id }, { dedupe: replay.id })
      await also?.(tx, replay)
    })
    return publicView(replay)
  }

  async function cancelReplay(id: string): Promise<Replay> {
    const replay = await getStoredReplay(id)
    await endReplaying(ctx, replay, { state: 'canceled' })
    ctx.scorers.close(id)
    return publicView(await getStoredReplay(id))
  }

  async function getReplay(id: string): Promise<Replay> {
    return publicView(await getStoredReplay(id))
  }

  async function listReplays({ deployment, ...query }: PageOf): Promise<Page<Replay>> {
    const page = await replays.page(ctx.db.read, query, { deployment })
    return { ...page, items: page.items.map(publicView) }
  }

  async function replayDifferences(id: string, limit: number): Promise<{ items: Difference[] }> {
    await getStoredReplay(id)
    return { items: await listDifferences(ctx.db.read, id, limit) }
  }

  async function getStoredReplay(id: string): Promise<StoredReplay> {
    const replay = await replays.find(ctx.db.read, { id })
    if (replay === undefined) throw scoringErrors.replay_not_found({ id })
    return replay
  }

  function onReplayEnd(listener: ReplayEndListener): void {
    ctx.replayEndListeners.push(listener)
  }

  return { startReplay, getReplay, listReplays, replayDifferences, cancelReplay, onReplayEnd }
}

function publicView({ digest: _digest, cursorSeq: _cursor, endSeq: _end, ...replay }: StoredReplay): Replay {
  return replay
}
