import type { WindowQuery, WindowRow } from '../../predictions/index.ts'
import { readDuration } from '../../serving/index.ts'
import { datasetMade } from '../batches/model.ts'
import type { ScoringContext } from '../context.ts'
import { scoringErrors } from '../model.ts'
import { type ExportedPredictions, ExportPredictions } from './model.ts'

/** Recorded predictions as a dataset version of JSON lines: one row each, features by name, answers, and the label. */

const pageRows = 2000

interface Counts {
  rows: number
  labels: number
  readonly modelVersionIds: Set<string>
  /** Of the first and the last row, epoch ms. */
  firstAt: number
  lastAt: number
}

export function createExports(ctx: ScoringContext) {
  /** The same rows again make no new version. Throws `export_without_rows`. */
  async function exportPredictions(given: ExportPredictions): Promise<ExportedPredictions> {
    const input = ExportPredictions.parse(given)
    const deployment = await ctx.serving.getStored(input.deployment)
    await ctx.predictions.catchUp()
    const to = input.to ?? ctx.platform.clock.now() + 1
    const counts: Counts = { rows: 0, labels: 0, modelVersionIds: new Set(), firstAt: Infinity, lastAt: 0 }
    const { labeledOnly, limit } = input
    const query = {
      deployment: deployment.name,
      from: input.from ?? (input.since === undefined ? undefined : to - readDuration(input.since)),
      to,
      labeledOnly,
    }
    const { digest, sizeBytes } = await ctx.platform.blobs.write(lines(ctx, { query, limit, counts }))
    if (counts.rows === 0) throw scoringErrors.export_without_rows({ deployment: deployment.name })
    return ctx.db.transaction(async (tx) => {
      await ctx.datasets.ensureDataset({ name: input.dataset }, tx)
      const files = [{ path: 'predictions.jsonl', digest, sizeBytes }]
      const { labels: labelCount, firstAt, lastAt } = counts
      // The window of predictions that it stands for.
      const metadata = { deployment: deployment.name, labelCount, firstAt, lastAt }
      const message = `${counts.rows} predictions of ${deployment.name}`
      const version = await ctx.datasets.createVersion({ dataset: input.dataset, files, message, metadata }, tx)
      await ctx.platform.events.emit(tx, datasetMade, version.id, {
        datasetVersionId: version.id,
        dataset: input.dataset,
        deploymentId: deployment.id,
        modelVersionIds: [...counts.modelVersionIds],
        rowCount: counts.rows,
      })
      return {
        datasetVersionId: version.id,
        dataset: input.dataset,
        version: version.version,
        rowCount: counts.rows,
        labelCount: counts.labels,
      }
    })
  }

  return { exportPredictions }
}

interface Lines {
  readonly query: WindowQuery
  readonly limit: number
  readonly counts: Counts
}

/** Page by page, so that memory stays constant and requests are answered in between. */
async function* lines(ctx: ScoringContext, { query, limit, counts }: Lines): AsyncIterable<string> {
  for (let afterSeq = 0; counts.rows < limit; ) {
    const { rows } = await ctx.predictions.predictionWindow({
      ...query,
      afterSeq,
      limit: Math.min(pageRows, limit - counts.rows),
    })
    const last = rows.at(-1)
    if (last === undefined) return
    afterSeq = last.seq
    for (const row of rows) {
      counts.rows += 1
      if (row.label !== undefined) counts.labels += 1
      counts.modelVersionIds.add(row.modelVersionId)
      counts.firstAt = Math.min(counts.firstAt, row.at)
      counts.lastAt = Math.max(counts.lastAt, row.at)
    }
    yield rows.map((row) => `${JSON.stringify(toLine(row))}\n`).join('')
  }
}

/** Features keep their names; everything else has a name that says where it comes from. */
function toLine(row: WindowRow): object {
  const outputs = Object.entries(row.outputs).map(([name, value]) => [`predicted_${name}`, value] as const)
  return {
    prediction_id: row.id,
    predicted_at: row.at,
    event_at: row.eventAt,
    model_version_id: row.modelVersionId,
    variant: row.variant,
    ...Object.fromEntries(outputs),
    ...row.inputs,
    // Every row has it, so that the column has one type whichever row a reader looks at first.
    label: row.label ?? null,
  }
}
