import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface BatchRow {
  id: string
  model: string
  modelVersionId: string
  version: number
  digest: string
  inputVersionId: string
  output: string
  outputVersionId: string | null
  state: string
  rowCount: number
  problem: string | null
  startedAt: number
  endedAt: number | null
}

/** A stored part of the answers: rows in the order of the input. */
export interface BatchPartRow {
  batchId: string
  number: number
  digest: string
  sizeBytes: number
  rowCount: number
  failedCount: number
}

export interface BatchTables {
  serving_batches: BatchRow
  serving_batch_parts: BatchPartRow
}

export const batchMigration: Migration = {
  name: 'serving/010_batches',
  changes: [
    createTable('serving_batches', {
      columns: {
        id: 'id',
        model: 'text',
        modelVersionId: 'id',
        version: 'int',
        digest: 'text',
        inputVersionId: 'id',
        output: 'text',
        outputVersionId: 'id?',
        state: 'text',
        rowCount: 'int',
        problem: 'text?',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
    }),
    createTable('serving_batch_parts', {
      columns: { batchId: 'id', number: 'int', digest: 'text', sizeBytes: 'int', rowCount: 'int', failedCount: 'int' },
      primaryKey: ['batchId', 'number'],
    }),
  ],
}
