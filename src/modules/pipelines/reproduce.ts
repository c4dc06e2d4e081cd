/** Repeats the pipeline run that made a model version, from what was pinned then, and compares. */
import type { ModelVersion } from '../registry/index.ts'
import type { MetricSummary } from '../tracking/index.ts'
import type { PipelineContext } from './context.ts'
import { getVersion } from './definition-store.ts'
import { compareEnvironments } from './environments.ts'
import { type PipelineRunState, pipelineErrors, type StepInput, type StepOutput } from './model.ts'
import { inputRef } from './references.ts'
import {
  compareMetrics,
  compareOutputs,
  judge,
  type ReproducedStep,
  type Reproduction,
  type ReproductionState,
} from './reproduction.ts'
import { findRun } from './run-store.ts'
import type { StartReproduction } from './service.ts'
import { createRun } from './start.ts'
import { findStep, listSteps } from './step-store.ts'
import type { StepRunRow } from './tables.ts'

/** Relative; above what another order of adding floats up gives, below what anybody would call a change. */
export const usualTolerance = 1e-6

/** The step run that made the version. Throws `reproduction_impossible` when none is on record. */
async function findOrigin(ctx: PipelineContext, version: ModelVersion): Promise<StepRunRow> {
  const { stepRunId } = version
  const step = stepRunId === undefined ? undefined : await findStep(ctx.db.read, stepRunId)
  if (step !== undefined) return step
  throw impossible(version, 'no pipeline step made it, so there is nothing on record to run again')
}

function impossible(version: ModelVersion, problem: string) {
  return pipelineErrors.reproduction_impossible({ version: `${version.model}/${version.version}`, problem })
}

/**
 * Starts a run of the same pipeline version with the same parameters and the same pinned inputs, of the steps that
 * succeeded then, without the cache. Its outputs are compared, never published.
 */
export async function startReproduction(ctx: PipelineContext, request: StartReproduction): Promise<Reproduction> {
  const model = await ctx.registry.resolve(request.version)
  const origin = await findOrigin(ctx, model)
  const run = await findRun(ctx.db.read, origin.pipelineRunId)
  if (run === undefined) throw impossible(model, `pipeline run ${origin.pipelineRunId} is gone`)
  const [version, rows] = await Promise.all([getVersion(ctx.db.read, run.versionId), listSteps(ctx.db.read, run.id)])
  const steps = rows.map((row) => {
    const isLeftOut = row.state !== 'succeeded'
    return { name: row.name, inputs: isLeftOut ? [] : pinnedInputs(JSON.parse(row.inputs)), isLeftOut }
  })
  for (const input of steps.flatMap((step) => step.inputs)) {
    const gone = await goneInput(ctx, input)
    if (gone !== undefined) throw impossible(model, `its input ${gone} was deleted`)
  }
  const { id } = await createRun(ctx, {
    version,
    parameters: JSON.parse(run.parameters),
    trigger: { kind: 'reproduction', id: model.id },
    key: request.key,
    useCache: false,
    steps: steps.map((step) => ({ ...step, inputs: JSON.stringify(step.inputs) })),
  })
  return getReproduction(ctx, id)
}

/** As they were when the run began: what other steps wrote is not known again until they have. */
function pinnedInputs(inputs: readonly StepInput[]): StepInput[] {
  return inputs.map((input) => {
    if (inputRef(input.ref).kind !== 'step') return input
    return { name: input.name, ref: input.ref, kind: input.kind }
  })
}

async function goneInput(ctx: PipelineContext, input: StepInput): Promise<string | undefined> {
  const { kind, versionId, label } = input
  if (versionId === undefined) return undefined
  const find = kind === 'dataset' ? ctx.datasets.findVersion(versionId) : ctx.registry.findVersion(versionId)
  return (await find.catch(() => undefined)) === undefined ? (label ?? versionId) : undefined
}

/** Throws `reproduction_not_found` for a run that reproduces nothing. */
export async function getReproduction(
  ctx: PipelineContext,
  id: string,
  tolerance = usualTolerance,
): Promise<Reproduction> {
  const run = await findRun(ctx.db.read, id)
  const modelVersionId = run?.triggerId ?? undefined
  if (run?.triggerKind !== 'reproduction' || modelVersionId === undefined) {
    throw pipelineErrors.reproduction_not_found({ id })
  }
  const model = await ctx.registry.resolve(modelVersionId)
  const origin = await findOrigin(ctx, model)
  const [before, after] = await Promise.all([listSteps(ctx.db.read, origin.pipelineRunId), listSteps(ctx.db.read, id)])
  const old = new Map(before.map((row) => [row.name, row]))
  const repeated = after.filter((row) => old.get(row.name)?.state === 'succeeded')
  const steps = await Promise.all(
    repeated.map((row) => compareStep(ctx, { before: old.get(row.name), after: row, tolerance })),
  )
  const outputs: StepOutput[] = JSON.parse(origin.outputs)
  const name = outputs.find((output) => output.versionId === model.id)?.name
  const made = steps.find((step) => step.name === origin.name)?.outputs.find((output) => output.name === name)
  return {
    id,
    modelVersionId,
    version: `${model.model}/${model.version}`,
    pipelineRunId: origin.pipelineRunId,
    state: stateOf(run.state, judge(made?.isIdentical === true, steps)),
    tolerance,
    steps,
    error: run.error ?? undefined,
    createdAt: run.createdAt,
    endedAt: run.endedAt ?? undefined,
  }
}

function stateOf(state: PipelineRunState, verdict: ReproductionState): ReproductionState {
  if (state === 'succeeded') return verdict
  return state === 'canceling' ? 'running' : state
}

async function compareStep(
  ctx: PipelineContext,
  given: { readonly before: StepRunRow | undefined; readonly after: StepRunRow; readonly tolerance: number },
): Promise<ReproducedStep> {
  const { before, after, tolerance } = given
  const { name, state } = after
  if (before === undefined || state !== 'succeeded') return { name, state, outputs: [], metrics: [], environment: [] }
  return {
    name,
    state,
    outputs: compareOutputs(JSON.parse(before.outputs), JSON.parse(after.outputs)),
    metrics: compareMetrics(await metricsOf(ctx, before.runId), await metricsOf(ctx, after.runId), tolerance),
    environment: await compareEnvironments(ctx, before.runId, after.runId),
  }
}

/** None when the tracking run was erased since. */
async function metricsOf(ctx: PipelineContext, runId: string): Promise<MetricSummary[]> {
  return (await ctx.tracking.findRun(runId)) === undefined ? [] : ctx.tracking.latestMetrics(runId)
}
