import { createTable, type Migration, statement } from '../../../kernel/migration.ts'

export interface ConversionRow {
  id: string
  model: string
  modelVersionId: string
  version: number
  /** Of the Python model: what variants name. */
  digest: string
  state: string
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

/** Which form is in use is told by the model since. */
export const onnxFormsInUse: Migration = {
  name: 'serving/020_onnx_forms_in_use',
  changes: [
    statement(`update "serving_models" set "onnxForm" = (
      select '{"conversionId":"' || c."id" || '","digest":"' || c."onnxDigest" || '","finite":' || coalesce(c."finite", '{}') || '}'
      from "serving_conversions" c
      where c."digest" = "serving_models"."digest" and c."isUsed" = 1 and c."onnxDigest" is not null)`),
    statement('drop index "serving_conversions_digest_where"'),
    statement('alter table "serving_conversions" drop column "isUsed"'),
  ],
}
