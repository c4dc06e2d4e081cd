import { createTable, type Migration } from '../../kernel/migration.ts'
import type { DecisionKind } from './model.ts'

export interface AutomationTables {
  automation_policies: { id: string; name: string; definition: string; createdAt: number; updatedAt: number }
  automation_decisions: {
    id: string
    policyId: string
    policy: string
    kind: DecisionKind
    /** The alert of a retraining, the model version of a delivery: one decision for each. */
    key: string
    state: string
    summary: string
    history: string
    alertId: string | null
    monitor: string | null
    pipelineRunId: string | null
    model: string | null
    modelVersionId: string | null
    replacedModelVersionId: string | null
    verdictId: string | null
    deployment: string | null
    rolloutId: string | null
    evidence: string
    dueAt: number | null
    createdAt: number
    updatedAt: number
  }
}

export const automationMigrations: readonly Migration[] = [
  {
    name: 'automation/001_start',
    changes: [
      createTable('automation_policies', {
        columns: { id: 'id', name: 'text', definition: 'json', createdAt: 'time', updatedAt: 'time' },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('automation_decisions', {
        columns: {
          id: 'id',
          policyId: 'id',
          policy: 'text',
          kind: 'text',
          key: 'text',
          state: 'text',
          summary: 'text',
          history: 'json',
          alertId: 'id?',
          monitor: 'text?',
          pipelineRunId: 'id?',
          model: 'text?',
          modelVersionId: 'id?',
          replacedModelVersionId: 'id?',
          verdictId: 'id?',
          deployment: 'text?',
          rolloutId: 'id?',
          evidence: 'json',
          dueAt: 'time?',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['policyId', 'kind', 'key']],
        indexes: [
          { columns: ['rolloutId'] },
          { columns: ['pipelineRunId'] },
          { columns: ['state'] },
          // One retraining of a policy at a time: the database itself refuses a second.
          { columns: ['policyId'], unique: true, where: `"kind" = 'retrain' AND "state" = 'requested'` },
        ],
      }),
    ],
  },
]
