import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'

/** What a disposable child found in a model file; by digest, so that a file is opened once. */
export interface ModelRow {
  digest: string
  /** JSON of ModelSignature. */
  signature: string
  /** JSON of StoredRuntime; null for an ONNX file. */
  runtime: string | null
  /** JSON of OnnxForm: what is loaded in the place of a Python model; null when that itself is. */
  onnxForm: string | null
  checkedAt: number
}

export interface ServableTables {
  serving_models: ModelRow
}

/** Names and prefixes are those of the module that was five: the first migration makes what deployments are kept in, too. */
export const servableMigrations: readonly Migration[] = [
  {
    name: 'serving/001_deployments',
    changes: [
      createTable('serving_deployments', {
        columns: {
          id: 'id',
          name: 'text',
          model: 'text',
          state: 'text',
          variants: 'json',
          previousVariants: 'json?',
          problem: 'text?',
          revision: 'int',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('serving_models', {
        columns: { digest: 'text', signature: 'json', checkedAt: 'time' },
        primaryKey: ['digest'],
      }),
    ],
  },
  { name: 'serving/012_runtimes', changes: [addColumn('serving_models', 'runtime', 'json?')] },
  { name: 'serving/019_onnx_forms', changes: [addColumn('serving_models', 'onnxForm', 'json?')] },
]

export type ServableDb = TypedDatabase<ServableTables>
export type ServableTx = TypedTx<ServableTables>
