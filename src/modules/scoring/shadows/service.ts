import type { Page } from '../../../kernel/paging.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { fullRef } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import type { Difference } from '../model.ts'
import { scoringErrors } from '../model.ts'
import type { PageOf } from '../service.ts'
import { listDifferences, summarize } from '../store.ts'
import type { ScoringTables, ScoringTx } from '../tables.ts'
import { type Shadow, type ShadowReport, type StartShadow, shadowStarted, shadowStopped } from './model.ts'
import { type StoredShadow, shadows } from './store.ts'

/** Shadows: a version that gets copies of live requests. */
export function createShadows(ctx: ScoringContext) {
  /** A version shadows a deployment once: starting it again answers the one that runs. */
  async function startShadow({ deployment: given, ref, sample }: StartShadow): Promise<Shadow> {
    const { name } = await ctx.serving.getStored(given)
    return ctx.serving.turnOf(name, async () => {
      const deployment = await ctx.serving.getStored(name)
      const version = await ctx.registry.resolve(fullRef(deployment.model, ref))
      const running = { deployment: deployment.name, modelVersionId: version.id, state: 'running' }
      const again = await shadows.find(ctx.db.read, running)
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
        await shadows.insert(tx.query, shadow)
        await ctx.platform.events.emit(tx, shadowStarted, shadow.id, eventOf(shadow))
      })
      return publicView(shadow)
    })
  }

  async function stopShadow(id: string): Promise<Shadow> {
    const shadow = await getStoredShadow(id)
    await ctx.db.transaction((tx) => endInside(tx, shadow))
    ctx.scorers.close(id)
    return publicView(await getStoredShadow(id))
  }

  /** With the deployment that is deleted. */
  async function stopShadowsOf(outer: Tx, deployment: string): Promise<void> {
    const tx = outer.typed<ScoringTables>()
    for (const shadow of await shadows.list(tx.query, { deployment, state: 'running' })) {
      await endInside(tx, shadow)
      tx.onCommit(() => ctx.scorers.close(shadow.id))
    }
  }

  async function endInside(tx: ScoringTx, shadow: StoredShadow): Promise<void> {
    const end = { state: 'stopped', endedAt: ctx.platform.clock.now() } as const
    if (await shadows.change(tx.query, { id: shadow.id, state: 'running' }, end))
      await ctx.platform.events.emit(tx, shadowStopped, shadow.id, eventOf(shadow))
  }

  async function getShadow(id: string): Promise<ShadowReport> {
    const shadow = await getStoredShadow(id)
    return { ...publicView(shadow), summary: await summarize(ctx.db.read, id) }
  }

  async function listShadows({ deployment, ...query }: PageOf): Promise<Page<Shadow>> {
    const page = await shadows.page(ctx.db.read, query, { deployment })
    return { ...page, items: page.items.map(publicView) }
  }

  async function shadowDifferences(id: string, limit: number): Promise<{ items: Difference[] }> {
    await getStoredShadow(id)
    return { items: await listDifferences(ctx.db.read, id, limit) }
  }

  async function getStoredShadow(id: string): Promise<StoredShadow> {
    const shadow = await shadows.find(ctx.db.read, { id })
    if (shadow === undefined) throw scoringErrors.shadow_not_found({ id })
    return shadow
  }

  return { startShadow, getShadow, listShadows, shadowDifferences, stopShadow, stopShadowsOf }
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
