import { actorToColumn, currentActor } from '../../kernel/actor.ts'
import type { FieldProblem } from '../../kernel/errors.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import { getPipelineRow } from './apply.ts'
import type { PipelineContext } from './context.ts'
import type { Parameters } from './definition.ts'
import { getVersion } from './definition-store.ts'
import { runStarted } from './events.ts'
import { dependenciesOf, suggestion } from './graph.ts'
import { initialInputs, pinInputs } from './inputs.ts'
import {
  type CacheVerdict,
  type PipelineRunDetail,
  type PipelineVersion,
  pipelineErrors,
  type Trigger,
} from './model.ts'
import { findRunByKey, insertRun, insertStepRuns } from './run-store.ts'
import type { StartRun } from './service.ts'
import type { RunRow, StepRunRow } from './tables.ts'
import { queueStep } from './transitions.ts'
import { getRun } from './view.ts'

export async function startRun(ctx: PipelineContext, request: StartRun): Promise<PipelineRunDetail> {
  const pipeline = await getPipelineRow(ctx, request.pipeline)
  const { key } = request
  const known = key === undefined ? undefined : await findRunByKey(ctx.db.read, pipeline.id, key)
  if (known !== undefined) return getRun(ctx, known)
  const version = await getVersion(ctx.db.read, pipeline.versionId)
  const parameters = mergeParameters(version, request.parameters ?? {})
  const pins = await pinInputs(ctx, version.definition)
  const steps = version.definition.steps.map((step) => ({
    name: step.name,
    inputs: JSON.stringify(initialInputs(version.definition, step, pins)),
  }))
  const trigger = request.trigger ?? { kind: 'manual' as const }
  return createRun(ctx, { version, parameters, trigger, key, useCache: request.useCache ?? true, steps })
}

/** The defaults with what the caller gave. Throws on names the pipeline does not have and values of another type. */
export function mergeParameters(version: PipelineVersion, given: Parameters): Parameters {
  const { parameters: defaults, name } = version.definition
  const problems: FieldProblem[] = []
  for (const [key, value] of Object.entries(given)) {
    const standard = defaults[key]
    const path = `parameters.${key}`
    if (!Object.hasOwn(defaults, key)) {
      problems.push({ path, message: `there is no parameter ${key}${suggestion(key, Object.keys(defaults))}`, value })
    } else if (standard !== null && kindOf(value) !== kindOf(standard)) {
      const message = `${key} is ${JSON.stringify(value)}, but a ${kindOf(standard)} is wanted (default ${JSON.stringify(standard)})`
      problems.push({ path, message, value })
    }
  }
  if (problems.length > 0) {
    const text = problems.map((problem) => problem.message).join('; ')
    throw pipelineErrors.pipeline_parameters_invalid({ pipeline: name, problems: text }, { fields: problems })
  }
  return { ...defaults, ...given }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}

/** A step of a new run: ready or waiting by its dependencies, unless it is taken over as it ended in another run. */
interface NewStep {
  readonly name: string
  readonly inputs: string
  /** It has no part in this run, and neither has what comes after it. */
  readonly isLeftOut?: boolean
  readonly takenOver?: Pick<StepRunRow, 'outputs' | 'runId' | 'cacheKey' | 'cacheParts'> & {
    readonly verdict: CacheVerdict
  }
}

export interface NewRun {
  readonly version: PipelineVersion
  readonly parameters: Parameters
  readonly trigger: Trigger
  readonly key: string | undefined
  readonly useCache: boolean
  readonly steps: readonly NewStep[]
}

/** One transaction: the run, its steps, the jobs of those that are ready, the event. */
export async function createRun(ctx: PipelineContext, given: NewRun): Promise<PipelineRunDetail> {
  const { ids, clock, events } = ctx.platform
  const { version, trigger, key } = given
  const now = clock.now()
  const id = ids('plr')
  const rows = stepRows(ctx, given, { id, now })
  const run: RunRow = {
    id,
    pipelineId: version.pipelineId,
    versionId: version.id,
    state: 'running',
    parameters: JSON.stringify(given.parameters),
    triggerKind: trigger.kind,
    triggerId: trigger.id ?? null,
    key: key ?? null,
    useCache: given.useCache ? 1 : 0,
    openStepCount: rows.filter((row) => row.endedAt === null).length,
    error: null,
    createdAt: now,
    endedAt: null,
    startedBy: actorToColumn(currentActor()),
    canceledBy: null,
  }
  const isNew = await ctx.db.transaction(async (tx) => {
    if (!(await insertRun(tx, run))) return false
    for (const row of rows) {
      if (row.state === 'queued') row.jobId = await queueStep(ctx, tx, { id: row.id, round: 0 })
    }
    await insertStepRuns(tx, rows)
    const payload = {
      pipelineRunId: id,
      pipelineId: run.pipelineId,
      pipeline: version.pipeline,
      versionId: version.id,
      trigger,
    }
    await events.emit(tx, runStarted, id, payload)
    return true
  })
  if (isNew) faultPoint('pipelines.run.created')
  const existing = isNew || key === undefined ? undefined : await findRunByKey(ctx.db.read, version.pipelineId, key)
  return getRun(ctx, existing ?? id)
}

function stepRows(
  ctx: PipelineContext,
  given: NewRun,
  run: { readonly id: string; readonly now: number },
): StepRunRow[] {
  const taken = new Set(given.steps.filter((step) => step.takenOver !== undefined).map((step) => step.name))
  return given.version.definition.steps.map((definition, position) => {
    const step = given.steps.find((candidate) => candidate.name === definition.name)
    const old = step?.takenOver
    const isEnded = old !== undefined || step?.isLeftOut === true
    const waitingFor = dependenciesOf(definition).filter((name) => !taken.has(name)).length
    return {
      id: ctx.platform.ids('str'),
      pipelineRunId: run.id,
      name: definition.name,
      position,
      state: isEnded ? (old === undefined ? 'skipped' : 'succeeded') : waitingFor === 0 ? 'queued' : 'waiting',
      waitingFor,
      attempt: 0,
      failures: 0,
      jobId: null,
      runId: old?.runId ?? ctx.platform.ids('run'),
      inputs: step?.inputs ?? '[]',
      outputs: old?.outputs ?? '[]',
      cacheKey: old?.cacheKey ?? null,
      cacheParts: old?.cacheParts ?? null,
      cacheVerdict: old === undefined ? null : JSON.stringify(old.verdict),
      error: null,
      createdAt: run.now,
      startedAt: null,
      endedAt: isEnded ? run.now : null,
    }
  })
}
