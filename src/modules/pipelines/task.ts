import { type CacheAnswer, type CacheParts, cacheKey } from './cache.ts'
import type { PipelineContext } from './context.ts'
import type { StepDefinition } from './definition.ts'
import { getVersion } from './definition-store.ts'
import { isStepEnded, type PipelineVersion } from './model.ts'
import { findRun, type NamedRun } from './run-store.ts'
import * as steps from './step-store.ts'
import type { StepRunRow } from './tables.ts'

/** One round of one step, with everything needed to do it. */
export interface Task {
  readonly run: NamedRun
  readonly version: PipelineVersion
  readonly definition: StepDefinition
  readonly row: StepRunRow
}

/** A task whose attempt has begun: `row` is as it is since then. */
export interface Attempt extends Task {
  readonly attempt: number
  /** When this attempt began: stable, so that what is recorded for it is the same when it is recorded again. */
  readonly startedAt: number
}

/** The task of a job, or undefined when somebody has done it already: the step ended, or is in another round. */
export async function loadTask(
  ctx: PipelineContext,
  payload: { readonly stepRunId: string; readonly round: number },
): Promise<Task | undefined> {
  const row = await steps.findStep(ctx.db.read, payload.stepRunId)
  if (row === undefined || isStepEnded(row.state) || row.state === 'waiting' || row.failures !== payload.round)
    return undefined
  const run = await findRun(ctx.db.read, row.pipelineRunId)
  if (run === undefined) return undefined
  const version = await getVersion(ctx.db.read, run.versionId)
  const definition = version.definition.steps.find((step) => step.name === row.name)
  return definition === undefined ? undefined : { run, version, definition, row }
}

/** Counts the attempt. One that a dead server left is marked as lost. Undefined when another worker was faster. */
export async function beginAttempt(
  ctx: PipelineContext,
  task: Task,
  cache: { readonly parts: CacheParts; readonly answer: CacheAnswer },
): Promise<Attempt | undefined> {
  const { row } = task
  const attempt = row.attempt + 1
  const startedAt = ctx.platform.clock.now()
  const change = {
    state: 'running' as const,
    attempt,
    error: null,
    startedAt: row.startedAt ?? startedAt,
    cacheKey: cacheKey(cache.parts),
    cacheParts: JSON.stringify(cache.parts),
    cacheVerdict: JSON.stringify(cache.answer.verdict),
  }
  const isOurs = await ctx.db.transaction(async (tx) => {
    const run = await steps.closeSteps(tx, row.pipelineRunId, 0)
    if (run.state !== 'running') return false
    const at = { id: row.id, attempt: row.attempt, from: ['queued', 'running'] as const }
    if (!(await steps.updateStep(tx, at, change))) return false
    await steps.loseAttempt(tx, row.id, { error: 'the server stopped while it ran', at: startedAt })
    await steps.insertAttempt(tx, { stepRunId: row.id, attempt, startedAt })
    return true
  })
  return isOurs ? { ...task, row: { ...row, ...change }, attempt, startedAt } : undefined
}
