import { createTable, type Migration } from '../../kernel/migration.ts'

export interface RetentionTables {
  retention_rules: {
    scope: string
    keepNewest: number | null
    keepDays: number | null
    keepTags: string
    updatedBy: string
    updatedAt: number
  }
  /** No row is ever removed: this is what is left of the runs. */
  retention_erasures: {
    runId: string
    name: string
    experimentId: string
    experiment: string
    startedAt: number
    fileCount: number
    bytes: number
    rule: string
    erasedBy: string
    erasedAt: number
  }
}

export const retentionMigrations: readonly Migration[] = [
  {
    name: 'retention/001_first',
    changes: [
      createTable('retention_rules', {
        columns: {
          scope: 'text',
          keepNewest: 'int?',
          keepDays: 'real?',
          keepTags: 'json',
          updatedBy: 'text',
          updatedAt: 'time',
        },
        primaryKey: ['scope'],
      }),
      createTable('retention_erasures', {
        columns: {
          runId: 'id',
          name: 'text',
          experimentId: 'id',
          experiment: 'text',
          startedAt: 'time',
          fileCount: 'int',
          bytes: 'int',
          rule: 'json',
          erasedBy: 'text',
          erasedAt: 'time',
        },
        primaryKey: ['runId'],
        indexes: [{ columns: ['erasedAt', 'runId'] }],
      }),
    ],
  },
]
