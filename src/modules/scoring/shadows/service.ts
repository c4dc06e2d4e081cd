import type { Page } from '../../../kernel/paging.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { fullRef } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import type { Difference } from '../model.ts'
import { scoringErrors } from '../model.ts'
import { listDifferences, summarize } from '../store.ts'
import type { ScoringTables, ScoringTx } from '../tables.ts'
import { type Shadow, type ShadowReport, type StartShadow, shadowStarted, shadowStopped } from './model.ts'
import { endShadow, findShadow, insertShadow, listRunningShadows, listShadows, type StoredShadow } from './store.ts'

/** A version shadows a deployment once: starting it again answers the one that runs. */
export async function startShadow(
  ctx: ScoringContext,
  { deployment: given, ref, sample }: StartShadow,
): Promise<Shadow> {
  const { name } = await ctx.serving.getStored(given)
  return ctx.serving.turnOf(name, async () => {
    const deployment = await ctx.serving.getStored(name)
    const version = await ctx.registry.resolve(fullRef(deployment.model, ref))
    const running = await listRunningShadows(ctx.db.read, [deployment.name])
    const again = running.find((shadow) => shadow.modelVersionId === version.id)
    if (again !== undefined) return publicView(again)
    const { digest } = await ctx.servables.toServable(version, { weight: 0 })
    await ctx.predictions.catchUp()
    const shadow: StoredShadow = {
      id: ctx.platform.ids('shd'),
      deploymentId: deployment.id,
      deployment: deployment.name,
      modelVersionId: version.id,
      version: version.version,
      digest,
      sample,
      state: 'running',
      crashCount: 0,
      crashesInRow: 0,
      pausedUntil: 0,
      scoredCount: 0,
      droppedCount: 0,
      cursorSeq: await ctx.predictions.lastSeq(deployment.name),
      startedAt: ctx.platform.clock.now(),
    }
    await ctx.db.transaction(async (tx) => {
      await insertShadow(tx.query, shadow)
      await ctx.platform.events.emit(tx, shadowStarted, shadow.id, eventOf(shadow))
    })
    return publicView(shadow)
  })
}

export async function stopShadow(ctx: ScoringContext, id: string): Promise<Shadow> {
  const shadow = await getStoredShadow(ctx, id)
  await ctx.db.transaction((tx) => endInside(ctx, tx, shadow))
  ctx.scorers.close(id)
  return publicView(await getStoredShadow(ctx, id))
}

/** With the deployment that is deleted. */
export async function stopShadowsOf(ctx: ScoringContext, outer: Tx, deployment: string): Promise<void> {
  const tx = outer.typed<ScoringTables>()
  for (const shadow of await listRunningShadows(tx.query, [deployment])) {
    await endInside(ctx, tx, shadow)
    tx.onCommit(() => ctx.scorers.close(shadow.id))
  }
}

async function endInside(ctx: ScoringContext, tx: ScoringTx, shadow: StoredShadow): Promise<void> {
  if (await endShadow(tx.query, shadow.id, ctx.platform.clock.now()))
    await ctx.platform.events.emit(tx, shadowStopped, shadow.id, eventOf(shadow))
}

export async function getShadow(ctx: ScoringContext, id: string): Promise<ShadowReport> {
  const shadow = await getStoredShadow(ctx, id)
  return { ...publicView(shadow), summary: await summarize(ctx.db.read, id) }
}

export async function listShadowPage(
  ctx: ScoringContext,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<Shadow>> {
  const page = await listShadows(ctx.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

export async function shadowDifferences(
  ctx: ScoringContext,
  id: string,
  limit: number,
): Promise<{ items: Difference[] }> {
  await getStoredShadow(ctx, id)
  return { items: await listDifferences(ctx.db.read, id, limit) }
}

async function getStoredShadow(ctx: ScoringContext, id: string): Promise<StoredShadow> {
  const shadow = await findShadow(ctx.db.read, id)
  if (shadow === undefined) throw scoringErrors.shadow_not_found({ id })
  return shadow
}

function publicView(shadow: StoredShadow): Shadow {
  const {
    deploymentId: _id,
    digest: _digest,
    cursorSeq: _seq,
    crashesInRow: _row,
    pausedUntil: _at,
    ...visible
  } = shadow
  return visible
}

function eventOf({ id, deployment, modelVersionId }: StoredShadow) {
  return { shadowId: id, deployment, modelVersionId }
}
