import { createTable, type Migration } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import type { PredictionTables } from '../predictions/index.ts'
import { type BatchTables, batchMigration } from './batches/tables.ts'
import { type ConversionTables, conversionMigration, onnxFormsInUse } from './conversions/tables.ts'
import { type ReplayTables, replayMigration } from './replays/tables.ts'
import { type ShadowTables, shadowMigration } from './shadows/tables.ts'

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

/** What was predicted is read only. */
export interface ScoringTables extends PredictionTables, ShadowTables, ReplayTables, BatchTables, ConversionTables {
  serving_comparisons: ComparisonRow
}

const comparisonMigration: Migration = {
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

export const scoringMigrations: readonly Migration[] = [
  comparisonMigration,
  shadowMigration,
  replayMigration,
  batchMigration,
  conversionMigration,
  onnxFormsInUse,
]

export type ScoringDb = TypedDatabase<ScoringTables>
export type ScoringTx = TypedTx<ScoringTables>
