import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface ConversionRow {
  id: string
  model: string
  modelVersionId: string
  version: number
  /** Of the Python model: what variants name. */
  digest: string
  state: string
  isUsed: number
  /** JSON of what was asked for: dataset, deployment. */
  request: string
  onnxDigest: string | null
  onnxBytes: number | null
  /** JSON: see OnnxRuntime. */
  finite: string | null
  problem: string | null
  report: string | null
  startedAt: number
  endedAt: number | null
}

export interface ConversionTables {
  serving_conversions: ConversionRow
}

export const conversionMigration: Migration = {
  name: 'serving/015_conversions',
  changes: [
    createTable('serving_conversions', {
      columns: {
        id: 'id',
        model: 'text',
        modelVersionId: 'id',
        version: 'int',
        digest: 'text',
        state: 'text',
        isUsed: 'bool',
        request: 'json',
        onnxDigest: 'text?',
        onnxBytes: 'int?',
        finite: 'json?',
        problem: 'text?',
        report: 'json?',
        startedAt: 'time',
        endedAt: 'time?',
      },
      primaryKey: ['id'],
      indexes: [
        { columns: ['modelVersionId'], unique: true, where: `"state" = 'running'` },
        { columns: ['modelVersionId', 'id'] },
        { columns: ['digest'], unique: true, where: `"isUsed" = 1` },
      ],
    }),
  ],
}
