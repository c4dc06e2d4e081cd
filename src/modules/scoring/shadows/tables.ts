import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface ShadowRow {
  id: string
  deploymentId: string
  deployment: string
  modelVersionId: string
  version: number
  digest: string
  sample: number
  state: string
  problem: string | null
  crashCount: number
  scoredCount: number
  droppedCount: number
  /** Predictions up to this one were looked at. */
  cursorSeq: number
  /** Ends of its process since it last answered, and when it is tried again. */
  crashesInRow: number
  pausedUntil: number
  startedAt: number
  endedAt: number | null
}

export interface ShadowTables {
  serving_shadows: ShadowRow
}

export const shadowMigration: Migration = {
  name: 'serving/006_shadows',
  changes: [
    createTable('serving_shadows', {
      columns: {
        id: 'id',
        deploymentId: 'id',
        deployment: 'text',
        modelVersionId: 'id',
        version: 'int',
        digest: 'text',
        sample: 'real',
        state: 'text',
        problem: 'text?',
        crashCount: 'int',
        scoredCount: 'int',
        droppedCount: 'int',
        cursorSeq: 'int',
        crashesInRow: 'int',
        pausedUntil: 'time',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['deployment', 'state'] }],
    }),
  ],
}
