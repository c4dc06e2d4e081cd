import type { Page } from '../../../kernel/paging.ts'
import type { ScoringContext } from '../context.ts'
import { scoringErrors } from '../model.ts'
import { runBatch } from './jobs.ts'
import type { Batch, StartBatch } from './model.ts'
import { countDone, endBatch, findBatch, insertBatch, listBatches, type StoredBatch } from './store.ts'

/** Everything that can be wrong is found before anything is written. */
export async function startBatch(ctx: ScoringContext, { model, input, output }: StartBatch): Promise<Batch> {
  const version = await ctx.registry.resolve(model)
  const { digest } = await ctx.servables.toServable(version, { weight: 0 })
  const given = await ctx.datasets.getVersion(input)
  const { rowCount } = await ctx.datasets.preview({ ref: given.id, limit: 1, offset: 0 })
  if (rowCount === 0) throw scoringErrors.batch_without_rows({ input })
  const batch: StoredBatch = {
    id: ctx.platform.ids('bat'),
    model: version.model,
    modelVersionId: version.id,
    version: version.version,
    digest,
    inputVersionId: given.id,
    output,
    state: 'running',
    rowCount,
    startedAt: ctx.platform.clock.now(),
  }
  await ctx.db.transaction(async (tx) => {
    await insertBatch(tx.query, batch)
    await ctx.platform.jobs.enqueue(tx, runBatch, { batchId: batch.id }, { dedupe: batch.id })
  })
  return publicView(ctx, batch)
}

export async function getBatch(ctx: ScoringContext, id: string): Promise<Batch> {
  return publicView(ctx, await getStoredBatch(ctx, id))
}

export async function listBatchPage(
  ctx: ScoringContext,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<Batch>> {
  const page = await listBatches(ctx.db.read, query)
  return { ...page, items: await Promise.all(page.items.map((batch) => publicView(ctx, batch))) }
}

export async function cancelBatch(ctx: ScoringContext, id: string): Promise<Batch> {
  await getStoredBatch(ctx, id)
  const endedAt = ctx.platform.clock.now()
  await ctx.db.transaction((tx) => endBatch(tx.query, id, { state: 'canceled', endedAt }))
  return publicView(ctx, await getStoredBatch(ctx, id))
}

async function getStoredBatch(ctx: ScoringContext, id: string): Promise<StoredBatch> {
  const batch = await findBatch(ctx.db.read, id)
  if (batch === undefined) throw scoringErrors.batch_not_found({ id })
  return batch
}

async function publicView(ctx: ScoringContext, { digest: _digest, ...batch }: StoredBatch): Promise<Batch> {
  return { ...batch, ...(await countDone(ctx.db.read, batch.id)) }
}
