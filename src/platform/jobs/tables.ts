import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'

/** `delayed` is due later, or due now and not yet looked at: so the claim's index holds only rows that can be claimed. */
export type StoredState = 'delayed' | 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'

export interface JobRow {
  id: string
  type: string
  payload: string
  state: StoredState
  priority: number
  dueAt: number
  attempt: number
  maxAttempts: number
  /** Grows with every claim: the fencing token. */
  token: number
  /** `type key` while alive and deduplicated, else null. */
  liveKey: string | null
  /** Set while running and enqueued again: it is due once more then. */
  rerunAt: number | null
  isCancelRequested: 0 | 1
  owner: string | null
  claimedAt: number | null
  leaseUntil: number | null
  error: string | null
  createdAt: number
  endedAt: number | null
  /** In whose name it runs; null in rows of before the column. */
  actor: string | null
}

export interface AttemptRow {
  jobId: string
  token: number
  outcome: 'succeeded' | 'failed' | 'canceled' | 'lost' | 'released'
  owner: string
  startedAt: number
  endedAt: number
  error: string | null
}

export interface JobTables {
  jobs_jobs: JobRow
  jobs_attempts: AttemptRow
}

export const jobMigrations: readonly Migration[] = [
  {
    name: 'jobs/001_start',
    changes: [
      createTable('jobs_jobs', {
        columns: {
          id: 'id',
          type: 'text',
          payload: 'json',
          state: 'text',
          priority: 'int',
          dueAt: 'time',
          attempt: 'int',
          maxAttempts: 'int',
          token: 'int',
          liveKey: 'text?',
          rerunAt: 'time?',
          isCancelRequested: 'bool',
          owner: 'id?',
          claimedAt: 'time?',
          leaseUntil: 'time?',
          error: 'text?',
          createdAt: 'time',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        // Partial, so that a long history and a large backlog cost the claim nothing (decision 020).
        indexes: [
          { columns: ['type', 'priority desc', 'dueAt', 'id'], where: `"state" = 'queued'` },
          { columns: ['dueAt'], where: `"state" = 'delayed'` },
          { columns: ['leaseUntil'], where: `"state" = 'running'` },
          { columns: ['liveKey'], unique: true, where: '"liveKey" IS NOT NULL' },
          { columns: ['endedAt'], where: '"endedAt" IS NOT NULL' },
        ],
      }),
      createTable('jobs_attempts', {
        columns: {
          jobId: 'id',
          token: 'int',
          outcome: 'text',
          owner: 'id',
          startedAt: 'time',
          endedAt: 'time',
          error: 'text?',
        },
        primaryKey: ['jobId', 'token'],
      }),
    ],
  },
  { name: 'jobs/002_actor', changes: [addColumn('jobs_jobs', 'actor', 'text?')] },
]
