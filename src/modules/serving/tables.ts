import type { Generated } from 'kysely'
import { addColumn, createTable, type Migration, type SchemaChange, statement } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import { type AbTestTables, abTestMigration } from './ab-tests/tables.ts'
import { type BanditTables, banditMigration } from './bandits/tables.ts'
import { type BatchTables, batchMigration } from './batches/tables.ts'
import { type ConversionTables, conversionMigration, onnxFormsInUse } from './conversions/tables.ts'
import { type FleetTables, fleetMigration } from './fleet/tables.ts'
import { type ReplayTables, replayMigration } from './replays/tables.ts'
import { type RewardTables, rewardMigration } from './rewards/tables.ts'
import { type ScoringTables, scoringMigration } from './scoring/tables.ts'
import { type ShadowTables, shadowMigration } from './shadows/tables.ts'

export interface DeploymentRow {
  id: string
  name: string
  model: string
  state: string
  /** JSON of Variant[]: what shall be live. */
  variants: string
  /** JSON of Variant[]: what was live before the change that is being made; null when none is. */
  previousVariants: string | null
  problem: string | null
  /** JSON of Routing; null when everyone goes by weight. */
  routing: string | null
  /** JSON of DeploymentSettings; null when none was ever set. */
  settings: string | null
  /** What decides on its versions; null when a person does. */
  holderKind: string | null
  holderId: string | null
  /** Grows with every change; guards against two writers. */
  revision: number
  createdAt: number
  updatedAt: number
}

/** What a deployment served until it was changed. */
export interface DeploymentChangeRow {
  seq: Generated<number>
  deploymentId: string
  /** When it ended, epoch ms. */
  at: number
  /** JSON of Variant[]. */
  variants: string
}

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

export interface RolloutRow {
  id: string
  deploymentId: string
  deployment: string
  modelVersionId: string
  version: number
  championModelVersionId: string
  championVersion: number
  state: string
  step: number
  steps: string
  analysis: string
  key: string | null
  waitingFor: string | null
  evidence: string | null
  /** JSON of RolloutReplay, and the replay; null when it began with its canary. */
  replay: string | null
  replayId: string | null
  approvedStep: number | null
  revision: number
  startedAt: number
  stepStartedAt: number
  /** Largest prediction seq when the step began: what came after belongs to the step. */
  stepStartedSeq: number
  startedSeq: number
  endedAt: number | null
}

export interface RolloutDecisionRow {
  seq: Generated<number>
  rolloutId: string
  at: number
  act: string
  step: number
  weight: number
  reason: string
  evidence: string | null
}

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
}

/** A label that was replaced. */
export interface LabelChangeRow {
  seq: Generated<number>
  predictionId: string
  value: string
  observedAt: number
  recordedAt: number
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

export interface ServingTables
  extends ScoringTables,
    ShadowTables,
    AbTestTables,
    BanditTables,
    RewardTables,
    ReplayTables,
    BatchTables,
    FleetTables,
    ConversionTables {
  serving_deployments: DeploymentRow
  serving_deployment_changes: DeploymentChangeRow
  serving_models: ModelRow
  serving_rollouts: RolloutRow
  serving_rollout_decisions: RolloutDecisionRow
  serving_predictions: PredictionRow
  serving_labels: LabelRow
  serving_label_changes: LabelChangeRow
  serving_segments: SegmentRow
  serving_traffic: TrafficRow
}

function holdersUnderWay(kind: string, table: string): SchemaChange {
  const active = `from "${table}" h where h."deploymentId" = "serving_deployments"."id" and h."endedAt" is null`
  return statement(`update "serving_deployments" set "holderKind" = '${kind}', "holderId" = (select h."id" ${active})
    where exists (select 1 ${active})`)
}

export const servingMigrations: readonly Migration[] = [
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
    name: 'serving/003_rollouts',
    changes: [
      createTable('serving_rollouts', {
        columns: {
          id: 'id',
          deploymentId: 'id',
          deployment: 'text',
          modelVersionId: 'id',
          version: 'int',
          championModelVersionId: 'id',
          championVersion: 'int',
          state: 'text',
          step: 'int',
          steps: 'json',
          analysis: 'json',
          key: 'text?',
          waitingFor: 'text?',
          evidence: 'json?',
          revision: 'int',
          startedAt: 'time',
          stepStartedAt: 'time',
          stepStartedSeq: 'int',
          startedSeq: 'int',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        unique: [['key']],
        indexes: [
          { columns: ['deploymentId'], unique: true, where: `"endedAt" IS NULL` },
          { columns: ['deployment', 'startedAt'] },
        ],
      }),
      createTable('serving_rollout_decisions', {
        columns: {
          seq: 'serial',
          rolloutId: 'id',
          at: 'time',
          act: 'text',
          step: 'int',
          weight: 'real',
          reason: 'text',
          evidence: 'json?',
        },
        indexes: [{ columns: ['rolloutId', 'seq'] }],
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
  scoringMigration,
  shadowMigration,
  abTestMigration,
  banditMigration,
  replayMigration,
  batchMigration,
  {
    name: 'serving/011_rollout_replays',
    changes: [addColumn('serving_rollouts', 'replay', 'json?'), addColumn('serving_rollouts', 'replayId', 'id?')],
  },
  { name: 'serving/012_runtimes', changes: [addColumn('serving_models', 'runtime', 'json?')] },
  { name: 'serving/013_settings', changes: [addColumn('serving_deployments', 'settings', 'json?')] },
  fleetMigration,
  conversionMigration,
  { name: 'serving/016_rollout_approvals', changes: [addColumn('serving_rollouts', 'approvedStep', 'int?')] },
  {
    name: 'serving/017_holders',
    changes: [
      addColumn('serving_deployments', 'holderKind', 'text?'),
      addColumn('serving_deployments', 'holderId', 'id?'),
    ],
  },
  // What was under way before deployments knew their holders.
  {
    name: 'serving/018_holders_under_way',
    changes: [
      holdersUnderWay('rollout', 'serving_rollouts'),
      holdersUnderWay('abTest', 'serving_ab_tests'),
      holdersUnderWay('bandit', 'serving_bandits'),
    ],
  },
  { name: 'serving/019_onnx_forms', changes: [addColumn('serving_models', 'onnxForm', 'json?')] },
  onnxFormsInUse,
  rewardMigration,
]

export type ServingDb = TypedDatabase<ServingTables>
export type ServingTx = TypedTx<ServingTables>
