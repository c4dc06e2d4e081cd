import type { Kysely } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import { deleteTraceRows } from '../traces/trace-store.ts'
import { deleteStateRows } from '../watches/watch-store.ts'

type Db = Kysely<TrackingTables>

/** Everything logged into the run but its tags. */
export async function clearLogged(db: Db, runId: string): Promise<void> {
  const series = db.selectFrom('tracking_series').select('id').where('runId', '=', runId)
  await db.deleteFrom('tracking_points').where('seriesId', 'in', series).execute()
  await db.deleteFrom('tracking_tiers').where('seriesId', 'in', series).execute()
  await db.deleteFrom('tracking_series').where('runId', '=', runId).execute()
  await db.deleteFrom('tracking_params').where('runId', '=', runId).execute()
  await db.deleteFrom('tracking_artifacts').where('ownerId', '=', runId).execute()
  await db.deleteFrom('tracking_inputs').where('runId', '=', runId).execute()
  await db.deleteFrom('tracking_outputs').where('runId', '=', runId).execute()
  await deleteStateRows(db, runId)
}

export async function eraseRunRows(db: Db, runId: string): Promise<void> {
  await clearLogged(db, runId)
  await db.deleteFrom('tracking_tags').where('runId', '=', runId).execute()
  await db.deleteFrom('tracking_runs').where('id', '=', runId).execute()
}

export async function runIdsOf(db: Db, experimentId: string): Promise<string[]> {
  const rows = await db.selectFrom('tracking_runs').select('id').where('experimentId', '=', experimentId).execute()
  return rows.map((row) => row.id)
}

/** The experiment row with its tags, logged models and traces; its runs are erased before. */
export async function deleteExperimentRow(db: Db, id: string): Promise<void> {
  const traces = await db.selectFrom('tracking_traces').select('id').where('experimentId', '=', id).execute()
  for (let at = 0; at < traces.length; at += 500) {
    const some = traces.slice(at, at + 500)
    await deleteTraceRows(
      db,
      some.map((trace) => trace.id),
    )
  }
  await db.deleteFrom('tracking_watches').where('experimentId', '=', id).execute()
  const models = db.selectFrom('tracking_models').select('id').where('experimentId', '=', id)
  await db.deleteFrom('tracking_artifacts').where('ownerId', 'in', models).execute()
  for (const table of ['tracking_model_params', 'tracking_model_tags', 'tracking_model_metrics'] as const) {
    await db.deleteFrom(table).where('modelId', 'in', models).execute()
  }
  await db.deleteFrom('tracking_models').where('experimentId', '=', id).execute()
  await db.deleteFrom('tracking_evaluation_experiments').where('experimentId', '=', id).execute()
  await db.deleteFrom('tracking_experiment_tags').where('experimentId', '=', id).execute()
  await db.deleteFrom('tracking_experiments').where('id', '=', id).execute()
}
