import type { Platform } from '../../../platform/platform.ts'
import type { Datasets } from '../../datasets/index.ts'
import { datasetMade } from '../batches/model.ts'
import type { PlanEnv } from '../deployments/live-plan.ts'
import { getStored } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import type { WindowQuery, WindowRow } from '../predictions/model.ts'
import { readWindow } from '../predictions/store.ts'
import { Duration } from '../replays/model.ts'
import type { ServingDb } from '../tables.ts'
import { type ExportedPredictions, ExportPredictions } from './model.ts'

/** Recorded predictions as a dataset version of JSON lines: one row each, features by name, answers, and the label. */
export interface ExportEnv extends PlanEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly datasets: Datasets
  readonly catchUp: () => Promise<void>
}

const pageRows = 2000

interface Counts {
  rows: number
  labels: number
  readonly modelVersionIds: Set<string>
  /** Of the first and the last row, epoch ms. */
  firstAt: number
  lastAt: number
}

/** The same rows again make no new version. Throws `export_without_rows`. */
export async function exportPredictions(env: ExportEnv, given: ExportPredictions): Promise<ExportedPredictions> {
  const input = ExportPredictions.parse(given)
  const deployment = await getStored(env, input.deployment)
  await env.catchUp()
  const to = input.to ?? env.platform.clock.now() + 1
  const counts: Counts = { rows: 0, labels: 0, modelVersionIds: new Set(), firstAt: Infinity, lastAt: 0 }
  const { labeledOnly, limit } = input
  const query = { deployment: deployment.name, from: input.from ?? sinceOf(input.since, to), to, labeledOnly }
  const { digest, sizeBytes } = await env.platform.blobs.write(lines(env.db, { query, limit, counts }))
  if (counts.rows === 0) throw servingErrors.export_without_rows({ deployment: deployment.name })
  return env.db.transaction(async (tx) => {
    await env.datasets.ensureDataset({ name: input.dataset }, tx)
    const files = [{ path: 'predictions.jsonl', digest, sizeBytes }]
    const { labels: labelCount, firstAt, lastAt } = counts
    // The window of predictions that it stands for.
    const metadata = { deployment: deployment.name, labelCount, firstAt, lastAt }
    const message = `${counts.rows} predictions of ${deployment.name}`
    const version = await env.datasets.createVersion({ dataset: input.dataset, files, message, metadata }, tx)
    await env.platform.events.emit(tx, datasetMade, version.id, {
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

function sinceOf(since: string | undefined, to: number): number | undefined {
  if (since === undefined) return undefined
  const parsed = Duration.safeParse(since)
  if (!parsed.success) throw servingErrors.duration_invalid({ text: since })
  return to - parsed.data
}

interface Lines {
  readonly query: WindowQuery
  readonly limit: number
  readonly counts: Counts
}

/** Page by page, so that memory stays constant and requests are answered in between. */
async function* lines(db: ServingDb, { query, limit, counts }: Lines): AsyncIterable<string> {
  for (let afterSeq = 0; counts.rows < limit; ) {
    const rows = await readWindow(db.read, { ...query, afterSeq, limit: Math.min(pageRows, limit - counts.rows) })
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
