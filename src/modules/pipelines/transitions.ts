/** What follows from the end of a step, in the same transaction: next steps are readied or skipped, the run may end. */
import type { TypedTx } from '../../platform/db/index.ts'
import type { PipelineContext } from './context.ts'
import { runFinished, stepFinished } from './events.ts'
import { dependentsOf, descendantsOf } from './graph.ts'
import { resolveInputs, type Upstream } from './inputs.ts'
import { runStepJob } from './jobs.ts'
import type { CacheVerdict, PipelineVersion, StepInput, StepOutput } from './model.ts'
import { triggerOf } from './run-store.ts'
import * as steps from './step-store.ts'
import type { PipelineTables, RunRow, StepRunRow } from './tables.ts'

export type PipelineTx = TypedTx<PipelineTables>
export type EndState = 'succeeded' | 'failed' | 'skipped' | 'canceled'

/** Puts a step into the queue: `round` counts its own failures so far. */
export async function queueStep(
  ctx: PipelineContext,
  tx: PipelineTx,
  step: { readonly id: string; readonly round: number; readonly at?: number },
): Promise<string> {
  const dedupe = `${step.id} ${step.round}`
  const options = step.at === undefined ? { dedupe } : { dedupe, at: step.at }
  return ctx.platform.jobs.enqueue(tx, runStepJob, { stepRunId: step.id, round: step.round }, options)
}

/**
 * Call in the transaction that ended `step` (given as it is now), after `steps.closeSteps(tx, run, 0)` has locked the
 * run. Answers whether the run ended with it.
 */
export async function settleStep(
  ctx: PipelineContext,
  tx: PipelineTx,
  ended: { readonly version: PipelineVersion; readonly step: StepRunRow },
): Promise<boolean> {
  const { version, step } = ended
  const now = ctx.platform.clock.now()
  const all = [step]
  if (step.state === 'succeeded') await readyNext(ctx, tx, version, step)
  if (step.state === 'failed') {
    const names = descendantsOf(version.definition, step.name)
    const error = `step ${step.name} failed`
    const which = { pipelineRunId: step.pipelineRunId, names, from: ['waiting'] as const }
    if (names.length > 0) all.push(...(await steps.endUnstarted(tx, which, { state: 'skipped', error, endedAt: now })))
  }
  for (const one of all) await emitStep(ctx, tx, version, one)
  return closeRun(ctx, tx, { version, pipelineRunId: step.pipelineRunId, count: all.length, error: failureOf(step) })
}

function failureOf(step: StepRunRow): string | undefined {
  return step.state === 'failed' ? `Step ${step.name}: ${step.error}` : undefined
}

/** Takes ended steps off the run and ends it when none is left. */
export async function closeRun(
  ctx: PipelineContext,
  tx: PipelineTx,
  given: { version: PipelineVersion; pipelineRunId: string; count: number; error?: string | undefined },
): Promise<boolean> {
  const run = await steps.closeSteps(tx, given.pipelineRunId, given.count)
  const error = run.error ?? given.error
  if (run.error === null && error !== undefined) await steps.updateRun(tx, run.id, { error })
  if (run.openStepCount > 0) return false
  const all = await steps.listSteps(tx.query, run.id)
  const state = stateOf(run, all)
  await steps.updateRun(tx, run.id, {
    state,
    endedAt: ctx.platform.clock.now(),
    ...(state === 'succeeded' ? { error: null } : {}),
  })
  const outputs = all.flatMap((step) => JSON.parse(step.outputs) as StepOutput[])
  await ctx.platform.events.emit(tx, runFinished, run.id, {
    pipelineRunId: run.id,
    pipelineId: run.pipelineId,
    pipeline: given.version.pipeline,
    versionId: run.versionId,
    state,
    trigger: triggerOf(run),
    modelVersionIds: outputs.flatMap((output) => (output.kind === 'model' ? (output.versionId ?? []) : [])),
    error,
  })
  return true
}

function stateOf(run: RunRow, all: readonly StepRunRow[]): 'succeeded' | 'failed' | 'canceled' {
  if (all.every((step) => step.state === 'succeeded' || isLeftOut(step))) return 'succeeded'
  return run.state === 'canceling' ? 'canceled' : 'failed'
}

/** Skipped from the beginning; one that is skipped because another failed says so. */
export function isLeftOut(step: StepRunRow): boolean {
  return step.state === 'skipped' && step.error === null
}

async function readyNext(
  ctx: PipelineContext,
  tx: PipelineTx,
  version: PipelineVersion,
  step: StepRunRow,
): Promise<void> {
  const ready = await steps.countDown(tx, step.pipelineRunId, dependentsOf(version.definition, step.name))
  if (ready.length === 0) return
  const upstream = upstreamOf(await steps.listSteps(tx.query, step.pipelineRunId))
  for (const next of ready) {
    const jobId = await queueStep(ctx, tx, { id: next.id, round: 0 })
    const inputs = JSON.stringify(resolveInputs(JSON.parse(next.inputs), upstream))
    await steps.updateStep(tx, { id: next.id, attempt: 0, from: ['waiting'] }, { state: 'queued', jobId, inputs })
  }
}

/** Outputs by step name, of the steps that have succeeded. */
export function upstreamOf(rows: readonly StepRunRow[]): Map<string, Upstream> {
  const succeeded = rows.filter((row) => row.state === 'succeeded')
  return new Map(succeeded.map((row) => [row.name, { stepRunId: row.id, outputs: JSON.parse(row.outputs) }]))
}

export async function emitStep(
  ctx: PipelineContext,
  tx: PipelineTx,
  version: PipelineVersion,
  step: StepRunRow,
): Promise<void> {
  const inputs: StepInput[] = JSON.parse(step.inputs)
  const outputs: StepOutput[] = JSON.parse(step.outputs)
  const verdict: CacheVerdict | null = step.cacheVerdict === null ? null : JSON.parse(step.cacheVerdict)
  await ctx.platform.events.emit(tx, stepFinished, step.id, {
    stepRunId: step.id,
    pipelineRunId: step.pipelineRunId,
    pipeline: version.pipeline,
    step: step.name,
    state: step.state as EndState,
    inputs: inputs.flatMap((input) => input.versionId ?? []),
    outputs: outputs.flatMap((output) => output.versionId ?? []),
    upstreamStepRunIds: inputs.flatMap((input) => input.stepRunId ?? []),
    runId: step.startedAt === null && verdict?.isHit !== true ? undefined : step.runId,
    sourceDigest: version.sourceDigest,
    commit: version.commit,
    cachedFrom: verdict?.isHit === true ? verdict.stepRunId : undefined,
  })
}
