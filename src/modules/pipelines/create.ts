import type { JobHandler } from '../../kernel/job.ts'
import { handleJob } from '../../kernel/job.ts'
import { applyPipeline, getPipeline, getPipelineRow } from './apply.ts'
import { cancelRun, endCanceled } from './cancel.ts'
import type { PipelineContext } from './context.ts'
import * as definitions from './definition-store.ts'
import { endCanceledJob, runStepJob, startScheduledJob } from './jobs.ts'
import { openLog } from './logs.ts'
import { planRun } from './plan.ts'
import { getReproduction, startReproduction } from './reproduce.ts'
import { retryRun } from './retry.ts'
import { listRuns } from './run-store.ts'
import { startScheduled } from './scheduled.ts'
import type { PipelineService } from './service.ts'
import { startRun } from './start.ts'
import { runStep } from './step-job.ts'
import { getRun } from './view.ts'

export function createPipelines(ctx: PipelineContext): PipelineService {
  return {
    applyPipeline: (request) => applyPipeline(ctx, request),
    getPipeline: (nameOrId) => getPipeline(ctx, nameOrId),
    listPipelines: (query) => definitions.listPipelines(ctx.db.read, query),
    listVersions: async (nameOrId) => {
      const { id } = await getPipelineRow(ctx, nameOrId)
      return definitions.listVersions(ctx.db.read, id)
    },
    startRun: (request) => startRun(ctx, request),
    getRun: (id) => getRun(ctx, id),
    listRuns: async ({ pipeline, ...query }) => {
      const pipelineId = pipeline === undefined ? undefined : (await getPipelineRow(ctx, pipeline)).id
      return listRuns(ctx.db.read, { ...query, pipelineId })
    },
    cancelRun: (id) => cancelRun(ctx, id),
    retryRun: (id) => retryRun(ctx, id),
    openLog: (request) => openLog(ctx, request),
    startReproduction: (request) => startReproduction(ctx, request),
    getReproduction: (id, tolerance) => getReproduction(ctx, id, tolerance),
    planRun: (request) => planRun(ctx, request),
  }
}

export function jobHandlers(ctx: PipelineContext, concurrency: number): JobHandler[] {
  return [
    handleJob({ ...runStepJob, concurrency }, (job) => runStep(ctx, job)),
    handleJob(startScheduledJob, (job) => startScheduled(ctx, job)),
    handleJob(endCanceledJob, (job) => endCanceled(ctx, job)),
  ]
}
