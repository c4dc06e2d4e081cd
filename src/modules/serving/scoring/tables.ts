import { createTable, type Migration } from '../../../kernel/migration.ts'

/** What a candidate answered to a recorded row: of a shadow or of a replay. */
export interface ComparisonRow {
  /** The shadow or replay. */
  subjectId: string
  /** Of the prediction. */
  seq: number
  predictionId: string
  /** JSON of outputs by name; null when there is a problem. */
  outputs: string | null
  problem: string | null
  latencyUs: number | null
  /** 0 or 1; null when there is a problem. */
  agreed: number | null
  difference: number | null
}

export interface ScoringTables {
  serving_comparisons: ComparisonRow
}

export const scoringMigration: Migration = {
  name: 'serving/005_comparisons',
  changes: [
    createTable('serving_comparisons', {
      columns: {
        subjectId: 'id',
        seq: 'int',
        predictionId: 'id',
        outputs: 'json?',
        problem: 'text?',
        latencyUs: 'int?',
        agreed: 'bool?',
        difference: 'real?',
      },
      primaryKey: ['subjectId', 'seq'],
      indexes: [{ columns: ['subjectId', 'agreed', 'difference'] }],
    }),
  ],
}
