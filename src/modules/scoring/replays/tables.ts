import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface ReplayRow {
  id: string
  deployment: string
  modelVersionId: string
  version: number
  digest: string
  state: string
  from: number
  to: number
  rowCount: number
  doneCount: number
  /** Rows up to this one are done; the last one that belongs to it. */
  cursorSeq: number
  endSeq: number
  report: string | null
  problem: string | null
  startedAt: number
  endedAt: number | null
}

export interface ReplayTables {
  serving_replays: ReplayRow
}

export const replayMigration: Migration = {
  name: 'serving/009_replays',
  changes: [
    createTable('serving_replays', {
      columns: {
        id: 'id',
        deployment: 'text',
        modelVersionId: 'id',
        version: 'int',
        digest: 'text',
        state: 'text',
        from: 'time',
        to: 'time',
        rowCount: 'int',
        doneCount: 'int',
        cursorSeq: 'int',
        endSeq: 'int',
        report: 'json?',
        problem: 'text?',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['deployment', 'id'] }],
    }),
  ],
}
