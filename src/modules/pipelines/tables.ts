import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'
import type { PipelineRunState, StepAttempt, StepRunState, Trigger } from './model.ts'

export interface PipelineRow {
  id: string
  name: string
  description: string | null
  version: number
  versionId: string
  createdAt: number
  updatedAt: number
}

export interface VersionRow {
  id: string
  pipelineId: string
  version: number
  /** SHA-256 of the canonical definition and the source's digest: an equal one is the same version. */
  digest: string
  definition: string
  sourceDigest: string | null
  commitId: string | null
  isDirty: 0 | 1 | null
  changesDigest: string | null
  changesBytes: number | null
  createdAt: number
}

export interface SourceRow {
  digest: string
  files: string
  createdAt: number
}

export interface RunRow {
  id: string
  pipelineId: string
  versionId: string
  state: PipelineRunState
  parameters: string
  triggerKind: Trigger['kind']
  triggerId: string | null
  /** Idempotency key of the caller. */
  key: string | null
  useCache: 0 | 1
  /** Steps that have not ended: who brings it to 0 ends the run. */
  openStepCount: number
  error: string | null
  createdAt: number
  endedAt: number | null
  /** In whose name it was started; null in rows of before the column. */
  startedBy: string | null
  canceledBy: string | null
}

export interface StepRunRow {
  id: string
  pipelineRunId: string
  name: string
  position: number
  state: StepRunState
  /** Steps that must still succeed before this one is ready. */
  waitingFor: number
  /** Number of the newest attempt: the fencing token of everything written for the step. */
  attempt: number
  /** Attempts that failed by their own doing; lost ones do not count. */
  failures: number
  jobId: string | null
  runId: string
  inputs: string
  outputs: string
  cacheKey: string | null
  cacheParts: string | null
  cacheVerdict: string | null
  error: string | null
  createdAt: number
  startedAt: number | null
  endedAt: number | null
}

export interface AttemptRow {
  stepRunId: string
  attempt: number
  state: StepAttempt['state']
  startedAt: number
  endedAt: number | null
  exitCode: number | null
  signal: string | null
  error: string | null
  peakMemoryBytes: number | null
  logDigest: string | null
  logBytes: number | null
  /** What the command left behind, once all of it is stored: from then on the step is recorded, never run again. */
  collected: string | null
}

export interface CacheRow {
  key: string
  pipelineId: string
  step: string
  stepRunId: string
  createdAt: number
}

export interface PipelineTables {
  pipelines_pipelines: PipelineRow
  pipelines_versions: VersionRow
  pipelines_sources: SourceRow
  pipelines_runs: RunRow
  pipelines_step_runs: StepRunRow
  pipelines_attempts: AttemptRow
  pipelines_cache: CacheRow
}

export const migrations: readonly Migration[] = [
  {
    name: 'pipelines/001_start',
    changes: [
      createTable('pipelines_pipelines', {
        columns: {
          id: 'id',
          name: 'text',
          description: 'text?',
          version: 'int',
          versionId: 'id',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('pipelines_versions', {
        columns: {
          id: 'id',
          pipelineId: 'id',
          version: 'int',
          digest: 'text',
          definition: 'json',
          sourceDigest: 'text?',
          commitId: 'text?',
          isDirty: 'bool?',
          createdAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['pipelineId', 'version']],
      }),
      createTable('pipelines_sources', {
        columns: { digest: 'text', files: 'json', createdAt: 'time' },
        primaryKey: ['digest'],
      }),
      createTable('pipelines_runs', {
        columns: {
          id: 'id',
          pipelineId: 'id',
          versionId: 'id',
          state: 'text',
          parameters: 'json',
          triggerKind: 'text',
          triggerId: 'text?',
          key: 'text?',
          useCache: 'bool',
          openStepCount: 'int',
          error: 'text?',
          createdAt: 'time',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        indexes: [
          { columns: ['pipelineId', 'id'] },
          { columns: ['state', 'id'] },
          { columns: ['pipelineId', 'key'], unique: true, where: '"key" IS NOT NULL' },
        ],
      }),
      createTable('pipelines_step_runs', {
        columns: {
          id: 'id',
          pipelineRunId: 'id',
          name: 'text',
          position: 'int',
          state: 'text',
          waitingFor: 'int',
          attempt: 'int',
          failures: 'int',
          jobId: 'id?',
          runId: 'id',
          inputs: 'json',
          outputs: 'json',
          cacheKey: 'text?',
          cacheParts: 'json?',
          cacheVerdict: 'json?',
          error: 'text?',
          createdAt: 'time',
          startedAt: 'time?',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        unique: [['pipelineRunId', 'name']],
      }),
      createTable('pipelines_attempts', {
        columns: {
          stepRunId: 'id',
          attempt: 'int',
          state: 'text',
          startedAt: 'time',
          endedAt: 'time?',
          exitCode: 'int?',
          signal: 'text?',
          error: 'text?',
          peakMemoryBytes: 'int?',
          logDigest: 'text?',
          logBytes: 'int?',
          collected: 'json?',
        },
        primaryKey: ['stepRunId', 'attempt'],
      }),
      createTable('pipelines_cache', {
        columns: { key: 'text', pipelineId: 'id', step: 'text', stepRunId: 'id', createdAt: 'time' },
        primaryKey: ['key'],
        indexes: [{ columns: ['pipelineId', 'step', 'createdAt'] }],
      }),
    ],
  },
  {
    name: 'pipelines/002_changes',
    changes: [
      addColumn('pipelines_versions', 'changesDigest', 'text?'),
      addColumn('pipelines_versions', 'changesBytes', 'int?'),
    ],
  },
  {
    name: 'pipelines/003_actors',
    changes: [addColumn('pipelines_runs', 'startedBy', 'text?'), addColumn('pipelines_runs', 'canceledBy', 'text?')],
  },
]
