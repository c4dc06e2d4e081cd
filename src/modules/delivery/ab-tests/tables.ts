import { createTable, type Migration } from '../../../kernel/migration.ts'

/** JSON: variants (StoredVariant[]), settings (all of the AbTest that never changes), result, decision. */
export interface AbTestRow {
  id: string
  deploymentId: string
  deployment: string
  state: string
  variants: string
  settings: string
  result: string | null
  decision: string | null
  startedSeq: number
  startedAt: number
  endedAt: number | null
  /** Null before rewards were rows. */
  isCollecting: number | null
}

export interface AbTestTables {
  serving_ab_tests: AbTestRow
}

export const abTestMigration: Migration = {
  name: 'serving/007_ab_tests',
  changes: [
    createTable('serving_ab_tests', {
      columns: {
        id: 'id',
        deploymentId: 'id',
        deployment: 'text',
        state: 'text',
        variants: 'json',
        settings: 'json',
        result: 'json?',
        decision: 'json?',
        startedSeq: 'int',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['deploymentId'], unique: true, where: `"endedAt" IS NULL` }],
    }),
  ],
}
