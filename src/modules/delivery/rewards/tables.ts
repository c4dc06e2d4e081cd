import type { Generated } from 'kysely'
import { addColumn, createTable, type Migration } from '../../../kernel/migration.ts'

/** The reward of one key of a split, while an A/B test or a bandit asks for it. */
export interface RewardRow {
  /** In the order in which they became known. */
  seq: Generated<number>
  /** The A/B test or bandit. */
  subjectId: string
  /** Where the key fell in the split. */
  unit: number
  /** The one of the key whose label was known first. */
  predictionId: string
  variant: string
  value: number
  /** When it was known, epoch ms. */
  at: number
}

export interface RewardTables {
  serving_rewards: RewardRow
}

export const rewardMigration: Migration = {
  name: 'serving/021_rewards',
  changes: [
    createTable('serving_rewards', {
      columns: {
        seq: 'serial',
        subjectId: 'id',
        unit: 'int',
        predictionId: 'id',
        variant: 'text',
        value: 'real',
        at: 'time',
      },
      unique: [['subjectId', 'unit']],
      indexes: [{ columns: ['subjectId', 'seq'] }, { columns: ['subjectId', 'predictionId'] }],
    }),
    // Absent: it began before rewards were rows, and has none until its next look.
    addColumn('serving_ab_tests', 'isCollecting', 'bool?'),
    addColumn('serving_bandits', 'isCollecting', 'bool?'),
  ],
}
