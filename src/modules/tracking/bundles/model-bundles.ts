import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import * as store from '../logged-models/logged-model-store.ts'
import { nameFor } from '../runs/run-name.ts'
import type { TrackingTables } from '../tables.ts'
import type { BundledModel } from './run-bundle.ts'

type StoreTx = TypedTx<TrackingTables>

/** The logged models that a run made, without their files. */
export async function listModelsOfRun(db: StoreTx['query'], runId: string): Promise<Omit<BundledModel, 'files'>[]> {
  const models = await store.toLoggedModels(db, await store.findModelRowsOfRun(db, runId))
  return models.map(({ experimentId: _, sourceRunId: __, updatedAt: ___, ...model }) => model)
}

interface Taken {
  readonly runId: string
  readonly experimentId: string
  readonly model: Partial<Omit<BundledModel, 'id'>> & { readonly id: string }
}

/** Makes the model when it is not there, then merges into it what is given. */
export async function takeModel(
  ctx: TrackingContext,
  tx: StoreTx,
  { runId, experimentId, model }: Taken,
): Promise<void> {
  const now = ctx.clock.now()
  const { id, name, modelType, status, statusMessage, lifecycle } = model
  await store.insertModel(tx.query, {
    id,
    experimentId,
    name: name ?? nameFor(id),
    modelType: modelType ?? null,
    sourceRunId: runId,
    status: status ?? 'pending',
    statusMessage: statusMessage ?? null,
    lifecycle: lifecycle ?? 'active',
    createdAt: model.createdAt ?? now,
    updatedAt: now,
  })
  const facts = Object.entries({ name, modelType, status, statusMessage, lifecycle })
  const given = facts.filter(([, value]) => value !== undefined)
  await store.updateModelRow(tx.query, id, { ...Object.fromEntries(given), updatedAt: now })
  await store.putModelPairs(tx.query, 'tracking_model_params', id, model.params ?? {})
  await store.putModelPairs(tx.query, 'tracking_model_tags', id, model.tags ?? {})
  for (const { runId: measuredBy, ...metric } of model.metrics ?? []) {
    await store.insertModelMetrics(tx, measuredBy, [{ ...metric, modelId: id }], now)
  }
}
