/** The handler of `runStepJob`: one round of one step, from the queue to the record, safe to begin again at any point. */
import { isAppError } from '../../kernel/errors.ts'
import type { JobRun } from '../../kernel/job.ts'
import { JobCanceled } from '../../platform/jobs/index.ts'
import { cacheParts, lookUp } from './cache.ts'
import { recordCanceled } from './cancel.ts'
import { type Collected, collect, StepProblem } from './collect.ts'
import type { PipelineContext } from './context.ts'
import { execute } from './execute.ts'
import { problemOfExit, recordFailure } from './failure.ts'
import { recordCached, recordSuccess } from './record.ts'
import { lastLines, storeLog } from './step-log.ts'
import * as steps from './step-store.ts'
import { type Attempt, beginAttempt, loadTask, type Task } from './task.ts'
import { type Workspace, workspaceOf } from './workspace.ts'

/** A step that takes its server down with it must not do so for ever. */
const largestLosses = 5
const errorLogLines = 20

export async function runStep(ctx: PipelineContext, job: JobRun<{ stepRunId: string; round: number }>): Promise<void> {
  const task = await loadTask(ctx, job.payload)
  if (task === undefined) return
  if (task.run.state === 'canceling') return recordCanceled(ctx, task.row)
  const finished = await findCollected(ctx, task)
  if (finished !== undefined) return finish(ctx, finished.attempt, finished.collected)
  const given = { parameters: JSON.parse(task.run.parameters), inputs: JSON.parse(task.row.inputs) }
  const parts = cacheParts(task.version, task.definition, given)
  const useCache = task.run.useCache === 1
  const answer = await lookUp(ctx, task.version, { step: task.definition, parts, useCache })
  if (answer.source !== undefined && task.row.attempt === 0) {
    return recordCached(ctx, task, { source: answer.source, parts, answer })
  }
  const attempt = await beginAttempt(ctx, task, { parts, answer })
  if (attempt !== undefined) await runAttempt(ctx, attempt, job)
}

/** The attempt of a dead server whose command had ended well and whose files are all stored. */
async function findCollected(
  ctx: PipelineContext,
  task: Task,
): Promise<{ attempt: Attempt; collected: Collected } | undefined> {
  if (task.row.state !== 'running') return undefined
  const { attempt } = task.row
  const row = await steps.findAttempt(ctx.db.read, task.row.id, attempt)
  if (row === undefined || row.collected === null) return undefined
  return { attempt: { ...task, attempt, startedAt: row.startedAt }, collected: JSON.parse(row.collected) }
}

async function runAttempt(
  ctx: PipelineContext,
  task: Attempt,
  job: Pick<JobRun<unknown>, 'signal' | 'attempt'>,
): Promise<void> {
  const workspace = await workspaceOf(ctx, task.row.id, task.attempt)
  try {
    if (job.attempt > largestLosses)
      throw new StepProblem(`it was begun ${job.attempt} times and its server failed each time before the end`)
    const exit = await execute(ctx, task, { workspace, signal: job.signal })
    await keepExit(ctx, task, { exit, workspace })
    if (exit.reason === 'canceled') throw job.signal.reason ?? new Error('the server ended the command')
    const problem = problemOfExit(exit, task.definition)
    if (problem !== undefined) throw new StepProblem(problem)
    const collected = await collect(ctx, workspace, Object.keys(task.definition.outputs))
    await keepCollected(ctx, task, collected)
    // Who has lost the lease must not log into a run that another attempt may be using by now.
    job.signal.throwIfAborted()
    await finish(ctx, task, collected)
  } catch (error) {
    if (error instanceof JobCanceled) return recordCanceled(ctx, task.row)
    if (job.signal.aborted) throw error
    const problem = error instanceof Error ? error.message : String(error)
    if (isFaultOfStep(error)) return fail(ctx, task, workspace, problem)
    await ctx.db.transaction((tx) =>
      steps.loseAttempt(tx, task.row.id, { error: problem, at: ctx.platform.clock.now() }),
    )
    throw error
  }
}

/** Errors that a person can act on; anything else is ours, and the job is tried again. */
function isFaultOfStep(error: unknown): boolean {
  if (error instanceof StepProblem) return true
  return isAppError(error) && !error.retryable
}

/** Records a command that ended well; what the doors refuse (a metric's name, say) is the step's failure. */
async function finish(ctx: PipelineContext, task: Attempt, collected: Collected): Promise<void> {
  try {
    await recordSuccess(ctx, task, collected)
  } catch (error) {
    if (!isFaultOfStep(error)) throw error
    const workspace = await workspaceOf(ctx, task.row.id, task.attempt)
    await fail(ctx, task, workspace, error instanceof Error ? error.message : String(error))
  }
}

async function fail(ctx: PipelineContext, task: Attempt, workspace: Workspace, problem: string): Promise<void> {
  const logLines = await lastLines(workspace.logPath, errorLogLines)
  await recordFailure(ctx, task, { problem, logLines, folder: workspace.folder })
}

async function keepExit(
  ctx: PipelineContext,
  task: Attempt,
  ended: { readonly exit: Awaited<ReturnType<typeof execute>>; readonly workspace: Workspace },
): Promise<void> {
  const { exit, workspace } = ended
  const log = await storeLog(ctx, { runId: task.row.runId, path: workspace.logPath })
  const change = { exitCode: exit.code, signal: exit.signal, peakMemoryBytes: exit.peakMemoryBytes ?? null, ...log }
  await ctx.db.transaction((tx) => steps.updateAttempt(tx, { stepRunId: task.row.id, attempt: task.attempt }, change))
}

async function keepCollected(ctx: PipelineContext, task: Attempt, collected: Collected): Promise<void> {
  const change = { collected: JSON.stringify(collected) }
  await ctx.db.transaction((tx) => steps.updateAttempt(tx, { stepRunId: task.row.id, attempt: task.attempt }, change))
}
