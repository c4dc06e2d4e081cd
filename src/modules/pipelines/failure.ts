/** Records that an attempt has failed: the step is tried again, or it ends and those that wait for it are skipped. */
import { hasCode } from '../../kernel/errors.ts'
import { backoffMs } from '../../kernel/retry.ts'
import type { ProcessExit } from '../../platform/process/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { PipelineContext } from './context.ts'
import type { StepDefinition } from './definition.ts'
import * as steps from './step-store.ts'
import type { Attempt } from './task.ts'
import { type PipelineTx, queueStep, settleStep } from './transitions.ts'

const retryDelays = { firstDelayMs: 2_000, maxDelayMs: 60_000 }

export interface Failure {
  readonly problem: string
  readonly logLines: readonly string[]
  /** Where the attempt's files are kept. */
  readonly folder: string
}

export async function recordFailure(ctx: PipelineContext, task: Attempt, failure: Failure): Promise<void> {
  const { row, definition, attempt } = task
  const { clock } = ctx.platform
  const endedAt = clock.now()
  const error = failureText(failure)
  const isLast = row.failures >= definition.retries
  const isRunEnded = await ctx.db.transaction(async (tx) => {
    const run = await steps.closeSteps(tx, row.pipelineRunId, 0)
    const at = { id: row.id, attempt, from: ['running'] as const }
    const failures = row.failures + 1
    await steps.updateAttempt(tx, { stepRunId: row.id, attempt }, { state: 'failed', endedAt, error: failure.problem })
    if (!isLast && run.state === 'running') {
      const dueAt = endedAt + 500 + backoffMs(retryDelays, failures)
      const jobId = await queueStep(ctx, tx, { id: row.id, round: failures, at: dueAt })
      await steps.updateStep(tx, at, { state: 'queued', failures, error, jobId })
      return false
    }
    const change = { state: 'failed' as const, failures, error, endedAt }
    if (!(await steps.updateStep(tx, at, change))) return false
    await endTrackingRun(ctx, tx, row.runId, endedAt)
    return settleStep(ctx, tx, { version: task.version, step: { ...row, ...change } })
  })
  faultPoint('pipelines.step.recorded')
  if (isRunEnded) faultPoint('pipelines.run.finished')
}

/** A run that someone deleted meanwhile cannot be ended, and that must not keep the step from failing. */
async function endTrackingRun(ctx: PipelineContext, tx: PipelineTx, runId: string, endedAt: number): Promise<void> {
  try {
    await ctx.tracking.finishRun(runId, 'FAILED', endedAt, tx)
  } catch (error) {
    if (!hasCode(error, 'run_not_found') && !hasCode(error, 'run_not_active')) throw error
  }
}

function failureText({ problem, logLines, folder }: Failure): string {
  const log = logLines.length === 0 ? '' : `\nThe end of its log:\n${logLines.map((line) => `  ${line}`).join('\n')}`
  return `${problem}${log}\nIts files are kept in ${folder}`
}

/** Why an exit is a failure, for the person who wrote the step; undefined when it is none. */
export function problemOfExit(exit: ProcessExit, definition: StepDefinition): string | undefined {
  if (exit.reason === 'timeout') return `it was ended after its timeout of ${definition.timeout}`
  if (exit.reason === 'memory')
    return `it was killed because it used more memory than its limit of ${definition.memory}`
  if (exit.signal !== null)
    return `it was killed by the signal ${exit.signal}${exit.signal === 'SIGKILL' ? ' (out of memory?)' : ''}`
  if (exit.code === 127) return 'it exited with code 127: the shell found no such command'
  return exit.code === 0 ? undefined : `it exited with code ${exit.code}`
}
