import { hasCode } from '../../kernel/errors.ts'
import type { Sample } from '../datasets/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { RunInput } from '../tracking/index.ts'
import { encodeBaseline } from './baseline-codec.ts'
import { type BaselineRecord, type BaselineSource, findBaseline, insertBaseline } from './baseline-store.ts'
import type { MonitoringContext } from './context.ts'
import type { MonitorDefinition } from './model.ts'

/** Finds or makes the baseline a drift monitor compares with. What cannot be had is a problem in words, not an error. */
export type Reference = { readonly baseline: BaselineRecord } | { readonly problem: string }

export async function ensureReference(
  ctx: MonitoringContext,
  definition: MonitorDefinition,
  version: ModelVersion,
): Promise<Reference> {
  if (definition.reference === 'predictions') return fromPredictions(ctx, definition, version)
  if (definition.reference !== 'training') return fromDataset(ctx, definition.reference)
  const label = `${version.model}/${version.version}`
  if (version.runId === undefined) {
    return {
      problem: `${label} was not made by a tracked run, so its training data is not known; name a dataset version as the reference`,
    }
  }
  const input = trainingInput(await ctx.tracking.listInputs(version.runId))
  if (input?.datasetVersionId === undefined) {
    return { problem: `the run of ${label} recorded no dataset version as training input; name one as the reference` }
  }
  return fromDataset(ctx, input.datasetVersionId)
}

/** What the model was trained on: the input with a context that says so, or the only one there is. */
function trainingInput(inputs: readonly RunInput[]): RunInput | undefined {
  const known = inputs.filter((input) => input.datasetVersionId !== undefined)
  const training = known.find((input) => /^train/i.test(input.context))
  return training ?? (known.length === 1 ? known[0] : undefined)
}

async function fromDataset(ctx: MonitoringContext, ref: string): Promise<Reference> {
  const version = await ctx.datasets.findVersion(ref)
  if (version === undefined) return { problem: `the reference ${ref} is not a dataset version` }
  const key = `dataset:${version.id}`
  const known = await findBaseline(ctx.db.read, { key })
  if (known !== undefined) return { baseline: known }
  const label = `${version.dataset}@${version.version}`
  const table = await sample(ctx, version.id)
  if (table === undefined || table.rows.length === 0) return { problem: `the reference ${label} has no table to read` }
  const columns = table.columns.map(({ name }) => [name, table.rows.map((row) => row[name])] as const)
  const source: BaselineSource = { kind: 'dataset', datasetVersionId: version.id, label }
  return { baseline: await store(ctx, { key, source, columns, rowCount: table.rows.length }) }
}

// 20 000 values hold the distribution functions to half a percent; more costs memory and changes no decision.
const mostRows = 20_000

async function sample(ctx: MonitoringContext, ref: string): Promise<Sample | undefined> {
  try {
    return await ctx.datasets.sample({ ref, rows: mostRows })
  } catch (error) {
    if (hasCode(error, 'dataset_no_table')) return undefined
    throw error
  }
}

async function fromPredictions(
  ctx: MonitoringContext,
  definition: MonitorDefinition,
  version: ModelVersion,
): Promise<Reference> {
  const { deployment, referenceRows } = definition
  const key = `predictions:${deployment}:${version.id}:${referenceRows}`
  const known = await findBaseline(ctx.db.read, { key })
  if (known !== undefined) return { baseline: known }
  const label = `the first ${referenceRows} predictions of ${version.model}/${version.version}`
  const { rows } = await ctx.predictions.predictionWindow({
    deployment,
    modelVersionId: version.id,
    afterSeq: 0,
    limit: referenceRows,
  })
  const last = rows.at(-1)
  if (last === undefined || rows.length < referenceRows) {
    return { problem: `the reference is ${label}; there are ${rows.length} so far` }
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.inputs)))]
  const columns = names.map((name) => [name, rows.map((row) => row.inputs[name])] as const)
  const lastEventAt = rows.reduce((latest, row) => Math.max(latest, row.eventAt), 0)
  const source: BaselineSource = {
    kind: 'predictions',
    deployment,
    modelVersionId: version.id,
    lastSeq: last.seq,
    lastEventAt,
    label,
  }
  return { baseline: await store(ctx, { key, source, columns, rowCount: rows.length }) }
}

interface NewBaseline {
  readonly key: string
  readonly source: BaselineSource
  readonly columns: readonly (readonly [feature: string, values: readonly unknown[]])[]
  readonly rowCount: number
}

async function store(ctx: MonitoringContext, { key, source, columns, rowCount }: NewBaseline): Promise<BaselineRecord> {
  const features = await ctx.statistics.run({ kind: 'baseline', columns })
  const { profile, bytes } = encodeBaseline(features)
  const { digest } = await ctx.platform.blobs.write(bytes)
  const id = ctx.platform.ids('bas')
  const record: BaselineRecord = { id, key, source, rowCount, profile, digest, createdAt: ctx.platform.clock.now() }
  await ctx.db.transaction((tx) => insertBaseline(tx.query, record))
  return (await findBaseline(ctx.db.read, { key })) ?? record
}
