import { type Kysely, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'

type Db = Kysely<TrackingTables>

/** Changes what names the experiment of a run: the run, its series (which repeat it for their index), its models. */
export async function moveRunRows(db: Db, runId: string, experimentId: string): Promise<void> {
  await db.updateTable('tracking_runs').set({ experimentId }).where('id', '=', runId).execute()
  await db.updateTable('tracking_series').set({ experimentId }).where('runId', '=', runId).execute()
  await db.updateTable('tracking_models').set({ experimentId }).where('sourceRunId', '=', runId).execute()
}

/** The runs and all that are nested in them, each once; ids that are no run stay in the list. */
export async function withDescendants(db: Db, runIds: readonly string[]): Promise<string[]> {
  const found = new Set(runIds)
  let level = [...found]
  while (level.length > 0) {
    const { rows } = await sql<{ id: string }>`select "id" from tracking_runs
      where "parentRunId" in (${sql.join(level)})`.execute(db)
    level = rows.map((row) => row.id).filter((id) => !found.has(id))
    for (const id of level) found.add(id)
  }
  return [...found]
}
