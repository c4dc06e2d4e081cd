import type { Generated } from 'kysely'
import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'

export interface PredictionRow {
  seq: Generated<number>
  id: string
  deployment: string
  variant: string
  modelVersionId: string
  requestId: string | null
  inputs: string
  outputs: string
  latencyUs: number
  at: number
  eventAt: number
  /** Where the key fell in the split; null when chance did not choose the variant. */
  unit: number | null
}

export interface LabelRow {
  predictionId: string
  deployment: string
  value: string
  observedAt: number
  recordedAt: number
  /** Who told it, as one column; null before that was kept. */
  actor: string | null
}

/** A label that was replaced. */
export interface LabelChangeRow {
  seq: Generated<number>
  predictionId: string
  value: string
  observedAt: number
  recordedAt: number
  /** Who had told it; who replaced it, the label after it says. */
  actor: string | null
  replacedAt: number
}

/** How far the log files of the workers were read: moved in the transaction that stored the rows. */
export interface SegmentRow {
  name: string
  offset: number
}

/** Traffic of one variant in one minute. */
export interface TrafficRow {
  deployment: string
  variant: string
  minute: number
  requestCount: number
  rowCount: number
  errorCount: number
  rejectedCount: number
  droppedCount: number
  latencySumUs: number
  /** JSON: counts per latency bucket, sparse. */
  buckets: string
}

export interface PredictionTables {
  serving_predictions: PredictionRow
  serving_labels: LabelRow
  serving_label_changes: LabelChangeRow
  serving_segments: SegmentRow
  serving_traffic: TrafficRow
}

/** Names and prefixes are those of the module that was five; the second adds to deployments, too. */
export const predictionMigrations: readonly Migration[] = [
  {
    name: 'serving/002_predictions',
    changes: [
      createTable('serving_predictions', {
        columns: {
          seq: 'serial',
          id: 'id',
          deployment: 'text',
          variant: 'text',
          modelVersionId: 'id',
          requestId: 'text?',
          inputs: 'json',
          outputs: 'json',
          latencyUs: 'int',
          at: 'time',
          eventAt: 'time',
        },
        unique: [['id']],
        indexes: [{ columns: ['deployment', 'seq'] }, { columns: ['deployment', 'eventAt'] }],
      }),
      createTable('serving_labels', {
        columns: { predictionId: 'id', deployment: 'text', value: 'json', observedAt: 'time', recordedAt: 'time' },
        primaryKey: ['predictionId'],
      }),
      createTable('serving_label_changes', {
        columns: {
          seq: 'serial',
          predictionId: 'id',
          value: 'json',
          observedAt: 'time',
          recordedAt: 'time',
          replacedAt: 'time',
        },
        indexes: [{ columns: ['predictionId'] }],
      }),
      createTable('serving_segments', { columns: { name: 'text', offset: 'int' }, primaryKey: ['name'] }),
      createTable('serving_traffic', {
        columns: {
          deployment: 'text',
          variant: 'text',
          minute: 'time',
          requestCount: 'int',
          rowCount: 'int',
          errorCount: 'int',
          rejectedCount: 'int',
          droppedCount: 'int',
          latencySumUs: 'int',
          buckets: 'json',
        },
        primaryKey: ['deployment', 'variant', 'minute'],
      }),
    ],
  },
  {
    name: 'serving/004_routing',
    changes: [
      addColumn('serving_deployments', 'routing', 'json?'),
      addColumn('serving_predictions', 'unit', 'int?'),
      createTable('serving_deployment_changes', {
        columns: { seq: 'serial', deploymentId: 'id', at: 'time', variants: 'json' },
        indexes: [{ columns: ['deploymentId', 'seq'] }],
      }),
    ],
  },
  {
    name: 'serving/025_label_actor',
    changes: [addColumn('serving_labels', 'actor', 'text?'), addColumn('serving_label_changes', 'actor', 'text?')],
  },
]

export type PredictionDb = TypedDatabase<PredictionTables>
export type PredictionTx = TypedTx<PredictionTables>
