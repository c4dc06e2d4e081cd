import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface EvaluationTables {
  tracking_evaluation_sets: {
    id: string
    name: string
    fields: string | null
    createdAt: number
    updatedAt: number
    createdBy: string | null
    updatedBy: string | null
  }
  tracking_evaluation_tags: { setId: string; key: string; value: string }
  tracking_evaluation_experiments: { setId: string; experimentId: string }
  tracking_evaluation_records: {
    setId: string
    id: string
    /** Digest of the inputs: a case is the same when what goes in is. */
    digest: string
    inputs: string
    outputs: string | null
    expectations: string | null
    tags: string | null
    source: string | null
    createdAt: number
    updatedAt: number
    createdBy: string | null
    updatedBy: string | null
  }
}

export const evaluationTables: Migration = {
  name: 'tracking/009_evaluation_sets',
  changes: [
    createTable('tracking_evaluation_sets', {
      columns: {
        id: 'id',
        name: 'text',
        fields: 'json?',
        createdAt: 'time',
        updatedAt: 'time',
        createdBy: 'text?',
        updatedBy: 'text?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['createdAt', 'id'] }, { columns: ['name'] }],
    }),
    createTable('tracking_evaluation_tags', {
      columns: { setId: 'id', key: 'text', value: 'text' },
      primaryKey: ['setId', 'key'],
      isClustered: true,
    }),
    createTable('tracking_evaluation_experiments', {
      columns: { setId: 'id', experimentId: 'id' },
      primaryKey: ['setId', 'experimentId'],
      isClustered: true,
      indexes: [{ columns: ['experimentId'] }],
    }),
    createTable('tracking_evaluation_records', {
      columns: {
        setId: 'id',
        id: 'id',
        digest: 'id',
        inputs: 'json',
        outputs: 'json?',
        expectations: 'json?',
        tags: 'json?',
        source: 'json?',
        createdAt: 'time',
        updatedAt: 'time',
        createdBy: 'text?',
        updatedBy: 'text?',
      },
      primaryKey: ['setId', 'id'],
      unique: [['setId', 'digest']],
    }),
  ],
}

declare module '../tables.ts' {
  interface TrackingTables extends EvaluationTables {}
}
