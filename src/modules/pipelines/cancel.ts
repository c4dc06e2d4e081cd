import { actorToColumn, currentActor } from '../../kernel/actor.ts'
import type { JobRun } from '../../kernel/job.ts'
import type { PipelineContext } from './context.ts'
import { getVersion } from './definition-store.ts'
import { endCanceledJob } from './jobs.ts'
import { isRunEnded, isStepEnded, type PipelineRunDetail, pipelineErrors } from './model.ts'
import { findRun } from './run-store.ts'
import * as steps from './step-store.ts'
import type { StepRunRow } from './tables.ts'
import { closeRun, emitStep, settleStep } from './transitions.ts'
import { getRun } from './view.ts'

/** Longer than the grace a step's processes get before they are killed. */
const checkAfterMs = 8_000
const canceledText = 'the run was canceled'

/**
 * What has not begun ends now; what runs is told to stop and recorded as canceled when its processes are gone. Should
 * their server die meanwhile, a job that looks later ends them.
 */
export async function cancelRun(ctx: PipelineContext, id: string): Promise<PipelineRunDetail> {
  const found = await findRun(ctx.db.read, id)
  if (found === undefined) throw pipelineErrors.pipeline_run_not_found({ id })
  const version = await getVersion(ctx.db.read, found.versionId)
  const { clock, jobs } = ctx.platform
  await ctx.db.transaction(async (tx) => {
    const run = await steps.closeSteps(tx, id, 0)
    if (isRunEnded(run.state)) throw pipelineErrors.pipeline_run_ended({ id, state: run.state })
    if (run.state === 'canceling') return
    await steps.updateRun(tx, id, {
      state: 'canceling',
      error: canceledText,
      canceledBy: actorToColumn(currentActor()),
    })
    const which = { pipelineRunId: id, from: ['waiting', 'queued'] as const }
    const now = clock.now()
    const ended = await steps.endUnstarted(tx, which, { state: 'canceled', error: canceledText, endedAt: now })
    for (const step of ended) await emitStep(ctx, tx, version, step)
    const open = (await steps.listSteps(tx.query, id)).filter((step) => !isStepEnded(step.state))
    for (const step of [...ended, ...open]) if (step.jobId !== null) await jobs.cancel(tx, step.jobId)
    if (open.length > 0) await checkLater(ctx, tx, id)
    await closeRun(ctx, tx, { version, pipelineRunId: id, count: ended.length })
  })
  return getRun(ctx, id)
}

/** Handler of `endCanceledJob`: ends steps whose job has ended without recording it. */
export async function endCanceled(ctx: PipelineContext, job: JobRun<{ pipelineRunId: string }>): Promise<void> {
  const id = job.payload.pipelineRunId
  const open = (await steps.listSteps(ctx.db.read, id)).filter((step) => !isStepEnded(step.state))
  let isWaiting = false
  for (const step of open) {
    const worker = step.jobId === null ? undefined : await ctx.platform.jobs.find(step.jobId)
    if (worker?.state === 'running' || worker?.state === 'queued') isWaiting = true
    else await recordCanceled(ctx, step)
  }
  if (isWaiting) await ctx.db.transaction((tx) => checkLater(ctx, tx, id))
}

/** Ends a step that ran when its run was canceled. */
export async function recordCanceled(ctx: PipelineContext, step: StepRunRow): Promise<void> {
  const run = await findRun(ctx.db.read, step.pipelineRunId)
  if (run === undefined) return
  const version = await getVersion(ctx.db.read, run.versionId)
  const hasRun = (await ctx.tracking.findRun(step.runId)) !== undefined
  const endedAt = ctx.platform.clock.now()
  await ctx.db.transaction(async (tx) => {
    await steps.closeSteps(tx, run.id, 0)
    const change = { state: 'canceled' as const, error: canceledText, endedAt }
    const at = { id: step.id, attempt: step.attempt, from: ['queued', 'running'] as const }
    if (!(await steps.updateStep(tx, at, change))) return
    await steps.updateAttempt(tx, { stepRunId: step.id, attempt: step.attempt }, change)
    if (hasRun) await ctx.tracking.finishRun(step.runId, 'KILLED', endedAt, tx)
    await settleStep(ctx, tx, { version, step: { ...step, ...change } })
  })
}

function checkLater(ctx: PipelineContext, tx: Parameters<typeof emitStep>[1], pipelineRunId: string): Promise<string> {
  const at = ctx.platform.clock.now() + checkAfterMs
  return ctx.platform.jobs.enqueue(tx, endCanceledJob, { pipelineRunId }, { dedupe: pipelineRunId, at })
}
