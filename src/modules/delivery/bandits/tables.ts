import { createTable, type Migration } from '../../../kernel/migration.ts'

/** JSON: variants (StoredVariant[]), settings (what never changes), history. */
export interface BanditRow {
  id: string
  deploymentId: string
  deployment: string
  state: string
  variants: string
  settings: string
  history: string
  startedSeq: number
  startedAt: number
  endedAt: number | null
  /** Null before rewards were rows. */
  isCollecting: number | null
}

export interface BanditTables {
  serving_bandits: BanditRow
}

export const banditMigration: Migration = {
  name: 'serving/008_bandits',
  changes: [
    createTable('serving_bandits', {
      columns: {
        id: 'id',
        deploymentId: 'id',
        deployment: 'text',
        state: 'text',
        variants: 'json',
        settings: 'json',
        history: 'json',
        startedSeq: 'int',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['deploymentId'], unique: true, where: `"endedAt" IS NULL` }],
    }),
  ],
}
