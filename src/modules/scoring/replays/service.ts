import type { Page } from '../../../kernel/paging.ts'
import { fullRef, readDuration } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import type { Difference } from '../model.ts'
import { scoringErrors } from '../model.ts'
import { listDifferences } from '../store.ts'
import type { ScoringTx } from '../tables.ts'
import { runReplay } from './jobs.ts'
import { type Replay, StartReplay } from './model.ts'
import { endReplaying } from './run.ts'
import { findRange, findReplay, insertReplay, listReplays, type StoredReplay } from './store.ts'

/** Throws `replay_without_rows` when nothing was recorded in that time. `also` is written in the same transaction. */
export async function startReplay(
  ctx: ScoringContext,
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
  if (range === undefined) throw scoringErrors.replay_without_rows({ deployment: deployment.name, since: input.since })
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
    await insertReplay(tx.query, replay)
    await ctx.platform.jobs.enqueue(tx, runReplay, { replayId: replay.id }, { dedupe: replay.id })
    await also?.(tx, replay)
  })
  return publicView(replay)
}

export async function cancelReplay(ctx: ScoringContext, id: string): Promise<Replay> {
  const replay = await getStoredReplay(ctx, id)
  await endReplaying(ctx, replay, { state: 'canceled' })
  ctx.scorers.close(id)
  return publicView(await getStoredReplay(ctx, id))
}

export async function getReplay(ctx: ScoringContext, id: string): Promise<Replay> {
  return publicView(await getStoredReplay(ctx, id))
}

export async function listReplayPage(
  ctx: ScoringContext,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<Replay>> {
  const page = await listReplays(ctx.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

export async function replayDifferences(
  ctx: ScoringContext,
  id: string,
  limit: number,
): Promise<{ items: Difference[] }> {
  await getStoredReplay(ctx, id)
  return { items: await listDifferences(ctx.db.read, id, limit) }
}

async function getStoredReplay(ctx: ScoringContext, id: string): Promise<StoredReplay> {
  const replay = await findReplay(ctx.db.read, id)
  if (replay === undefined) throw scoringErrors.replay_not_found({ id })
  return replay
}

function publicView({ digest: _digest, cursorSeq: _cursor, endSeq: _end, ...replay }: StoredReplay): Replay {
  return replay
}
