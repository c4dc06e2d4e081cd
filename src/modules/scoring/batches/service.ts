import type { Page, PageQuery } from '../../../kernel/paging.ts'
import type { ScoringContext } from '../context.ts'
import { scoringErrors } from '../model.ts'
import { runBatch } from './jobs.ts'
import type { Batch, StartBatch } from './model.ts'
import { batches, countDone, type StoredBatch } from './store.ts'

/** Batches: a dataset version through a model version. */
export function createBatches(ctx: ScoringContext) {
  /** Everything that can be wrong is found before anything is written. */
  async function startBatch({ model, input, output }: StartBatch): Promise<Batch> {
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
      await batches.insert(tx.query, batch)
      await ctx.platform.jobs.enqueue(tx, runBatch, { batchId: batch.id }, { dedupe: batch.id })
    })
    return publicView(batch)
  }

  async function getBatch(id: string): Promise<Batch> {
    return publicView(await getStoredBatch(id))
  }

  async function listBatches(query: PageQuery): Promise<Page<Batch>> {
    const page = await batches.page(ctx.db.read, query)
    return { ...page, items: await Promise.all(page.items.map((batch) => publicView(batch))) }
  }

  async function cancelBatch(id: string): Promise<Batch> {
    await getStoredBatch(id)
    const endedAt = ctx.platform.clock.now()
    await ctx.db.transaction((tx) => batches.change(tx.query, { id, state: 'running' }, { state: 'canceled', endedAt }))
    return publicView(await getStoredBatch(id))
  }

  async function getStoredBatch(id: string): Promise<StoredBatch> {
    const batch = await batches.find(ctx.db.read, { id })
    if (batch === undefined) throw scoringErrors.batch_not_found({ id })
    return batch
  }

  async function publicView({ digest: _digest, ...batch }: StoredBatch): Promise<Batch> {
    return { ...batch, ...(await countDone(ctx.db.read, batch.id)) }
  }

  return { startBatch, getBatch, listBatches, cancelBatch }
}
