import { type Kysely, sql } from 'kysely'
import type { TrackingContext } from '../context.ts'
import { trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import { type CountedExperiment, type ExperimentFolder, foldersOf, movedName } from './experiment-folder.ts'
import { findExperimentRow, updateExperimentRow } from './experiment-store.ts'

export interface ExperimentFolders {
  /** Those that the names of active experiments make, each after the one it is in. */
  listFolders(): Promise<ExperimentFolder[]>
  /** Renames every experiment in a folder, all or none; answers how many. */
  moveFolder(from: string, to: string): Promise<number>
}

export function createExperimentFolders(ctx: TrackingContext): ExperimentFolders {
  return {
    listFolders: async () => foldersOf(await countRuns(ctx.db.read)),

    moveFolder: (from, to) =>
      ctx.db.transaction(async (tx) => {
        if (to === from || to.startsWith(`${from}/`)) throw trackingErrors.folder_move_invalid({ from, to })
        // The shortest names first: moved up, they make room for those below them.
        const experiments = (await listBelow(tx.query, from)).sort((a, b) => a.name.length - b.name.length)
        if (experiments.length === 0) throw trackingErrors.folder_not_found({ folder: from })
        const updatedAt = ctx.clock.now()
        for (const { id, name } of experiments) {
          const moved = movedName(name, from, to)
          const other = await findExperimentRow(tx.query, moved)
          if (other !== undefined) {
            throw trackingErrors.experiment_exists({ name: moved, lifecycle: other.lifecycle })
          }
          await updateExperimentRow(tx.query, id, { name: moved, updatedAt })
        }
        return experiments.length
      }),
  }
}

async function countRuns(db: Kysely<TrackingTables>): Promise<CountedExperiment[]> {
  const { rows } = await sql<CountedExperiment>`select e."name", (select count(*) from tracking_runs r
      where r."experimentId" = e."id" and r."lifecycle" = 'active') as "runCount"
    from tracking_experiments e where e."lifecycle" = 'active' and e."name" like '%/%'`.execute(db)
  return rows.map(({ name, runCount }) => ({ name, runCount: Number(runCount) }))
}

/** Deleted ones go with the others: their names are taken too. */
function listBelow(db: Kysely<TrackingTables>, folder: string) {
  const below = sql<boolean>`substr("name", 1, ${[...folder].length + 1}) = ${`${folder}/`}`
  return db.selectFrom('tracking_experiments').select(['id', 'name']).where(below).execute()
}
