import type { Page } from '../../../kernel/paging.ts'
import type { Registry } from '../../registry/index.ts'
import { servingErrors } from '../model.ts'
import type { ModelsEnv } from '../models/env.ts'
import { toServable } from '../models/servable.ts'
import { runBatch } from './jobs.ts'
import type { Batch, StartBatch } from './model.ts'
import type { BatchEnv } from './run.ts'
import { countDone, endBatch, findBatch, insertBatch, listBatches, type StoredBatch } from './store.ts'

type Env = BatchEnv & ModelsEnv & { readonly registry: Registry }

/** Everything that can be wrong is found before anything is written. */
export async function startBatch(env: Env, { model, input, output }: StartBatch): Promise<Batch> {
  const version = await env.registry.resolve(model)
  const { digest } = await toServable(env, version, { weight: 0 })
  const given = await env.datasets.getVersion(input)
  const { rowCount } = await env.datasets.preview({ ref: given.id, limit: 1, offset: 0 })
  if (rowCount === 0) throw servingErrors.batch_without_rows({ input })
  const batch: StoredBatch = {
    id: env.platform.ids('bat'),
    model: version.model,
    modelVersionId: version.id,
    version: version.version,
    digest,
    inputVersionId: given.id,
    output,
    state: 'running',
    rowCount,
    startedAt: env.platform.clock.now(),
  }
  await env.db.transaction(async (tx) => {
    await insertBatch(tx.query, batch)
    await env.platform.jobs.enqueue(tx, runBatch, { batchId: batch.id }, { dedupe: batch.id })
  })
  return publicView(env, batch)
}

export async function getBatch(env: Env, id: string): Promise<Batch> {
  return publicView(env, await getStored(env, id))
}

export async function listBatchPage(
  env: Env,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<Batch>> {
  const page = await listBatches(env.db.read, query)
  return { ...page, items: await Promise.all(page.items.map((batch) => publicView(env, batch))) }
}

export async function cancelBatch(env: Env, id: string): Promise<Batch> {
  await getStored(env, id)
  const endedAt = env.platform.clock.now()
  await env.db.transaction((tx) => endBatch(tx.query, id, { state: 'canceled', endedAt }))
  return publicView(env, await getStored(env, id))
}

async function getStored(env: Env, id: string): Promise<StoredBatch> {
  const batch = await findBatch(env.db.read, id)
  if (batch === undefined) throw servingErrors.batch_not_found({ id })
  return batch
}

async function publicView(env: Env, { digest: _digest, ...batch }: StoredBatch): Promise<Batch> {
  return { ...batch, ...(await countDone(env.db.read, batch.id)) }
}
