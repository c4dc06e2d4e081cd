import type { Json } from '../../../kernel/json.ts'
import type { PackageFile, StoredModel } from '../../servables/index.ts'
import { asFeatures } from '../batches/run.ts'
import type { ScoringContext } from '../context.ts'
import type { ConversionRows } from './model.ts'
import type { StoredConversion } from './store.ts'

/** Rows that a model is compared on: real ones, as made-up values meet none of the model's edges. */
export interface RealRows {
  readonly from: ConversionRows
  readonly values: readonly Readonly<Record<string, Json>>[]
}

/** More say little more and take their time: each is asked alone, of the model and of each ONNX form. */
const maxRows = 1000

/** Those that were asked for; else recorded requests of a deployment of the model, else the model's input example. */
export async function findRealRows(
  ctx: ScoringContext,
  { request, model }: StoredConversion,
  { files, signature }: { readonly files: readonly PackageFile[]; readonly signature: StoredModel['signature'] },
): Promise<RealRows | undefined> {
  if (request.dataset !== undefined) return notEmpty(await datasetRows(ctx, request.dataset))
  if (request.deployment !== undefined) return notEmpty(await recordedRows(ctx, request.deployment))
  for (const deployment of await ctx.serving.listStored()) {
    if (deployment.model !== model) continue
    const rows = notEmpty(await recordedRows(ctx, deployment.name))
    if (rows !== undefined) return rows
  }
  const example = await ctx.servables.findExample({ files, signature })
  if (example === undefined) return undefined
  return notEmpty({ from: { kind: 'example', ref: example.file }, values: example.rows.slice(0, maxRows) })
}

async function datasetRows({ datasets }: ScoringContext, dataset: string): Promise<RealRows> {
  const { id } = await datasets.getVersion(dataset)
  const { rows } = await datasets.preview({ ref: id, limit: maxRows, offset: 0 })
  return { from: { kind: 'dataset', ref: id }, values: rows.map((row) => asFeatures(row as Record<string, Json>)) }
}

/** The newest. */
async function recordedRows(ctx: ScoringContext, deployment: string): Promise<RealRows> {
  await ctx.predictions.catchUp()
  const { items } = await ctx.predictions.listPredictions({ deployment, limit: maxRows })
  return { from: { kind: 'predictions', ref: deployment }, values: items.map(({ inputs }) => inputs) }
}

function notEmpty(rows: RealRows): RealRows | undefined {
  return rows.values.length === 0 ? undefined : rows
}
