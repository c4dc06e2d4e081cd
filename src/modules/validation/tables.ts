import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'

export interface ValidationTables {
  validation_gates: { id: string; name: string; model: string; rules: string; createdAt: number; updatedAt: number }
  validation_verdicts: {
    id: string
    gateId: string
    gate: string
    model: string
    modelVersionId: string
    championId: string | null
    passed: number
    checks: string
    metrics: string
    subject: string | null
    summary: string
    decidedAt: number
    /** In whose name it was asked for; null in rows of before the column. */
    actor: string | null
  }
}

export const validationMigrations: readonly Migration[] = [
  {
    name: 'validation/001_start',
    changes: [
      createTable('validation_gates', {
        columns: { id: 'id', name: 'text', model: 'text', rules: 'json', createdAt: 'time', updatedAt: 'time' },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('validation_verdicts', {
        columns: {
          id: 'id',
          gateId: 'id',
          gate: 'text',
          model: 'text',
          modelVersionId: 'id',
          championId: 'id?',
          passed: 'bool',
          checks: 'json',
          metrics: 'json',
          subject: 'text?',
          summary: 'text',
          decidedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['gateId', 'modelVersionId']],
        indexes: [{ columns: ['modelVersionId'] }],
      }),
    ],
  },
  { name: 'validation/002_actor', changes: [addColumn('validation_verdicts', 'actor', 'text?')] },
]
