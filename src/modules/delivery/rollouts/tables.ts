import type { Generated } from 'kysely'
import { addColumn, createTable, type Migration } from '../../../kernel/migration.ts'

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
  /** Null in rows of before the column. */
  actor: string | null
}

export interface RolloutTables {
  serving_rollouts: RolloutRow
  serving_rollout_decisions: RolloutDecisionRow
}

export const rolloutMigrations: readonly Migration[] = [
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
    name: 'serving/011_rollout_replays',
    changes: [addColumn('serving_rollouts', 'replay', 'json?'), addColumn('serving_rollouts', 'replayId', 'id?')],
  },
  { name: 'serving/016_rollout_approvals', changes: [addColumn('serving_rollouts', 'approvedStep', 'int?')] },
]

export const rolloutActorMigration: Migration = {
  name: 'serving/022_rollout_actor',
  changes: [addColumn('serving_rollout_decisions', 'actor', 'text?')],
}
