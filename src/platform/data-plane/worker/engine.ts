import { isAppError } from '../../../kernel/errors.ts'
import type { IdMaker } from '../../../kernel/ids.ts'
import {
  checkInputs,
  checkWanted,
  emptyPlan,
  type InferenceAnswer,
  type InferenceCore,
  type InferenceRequest,
  InputRefused,
  inferenceErrors,
  modelsOf,
  type Plan,
  type PlanDeployment,
  rowCount,
  type Tensor,
  type TraceCounts,
} from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import { failureKind, failureReason } from './failure.ts'
import { type LiveEnv, toLive } from './live-deployment.ts'
import type { Models } from './models.ts'
import { isCaptured, type Prediction, toAnswer, toCount, toRecord, toServed } from './prediction.ts'
import { cacheKey } from './response-cache.ts'
import { chooseVariant, findDeployment, type LiveDeployment, type LiveVariant } from './routes.ts'
import { beginTrace } from './traced.ts'
import type { Tracer } from './tracer.ts'

/** Routes, checks, batches, runs and records. Each deployment is swapped whole, between two requests. */
export interface Engine extends InferenceCore {
  /**
   * Loads in the background and switches each deployment as soon as its models are there; what is loaded already switches
   * before this returns. A deployment that cannot be loaded stays as it was and is named in the outcome. Calls may overlap:
   * the plan with the largest version is the one that is followed. Resolves when the deployments `until` names are as the
   * plan says; without it, when everything is and what is no longer wanted is freed.
   */
  apply(plan: Plan, until?: readonly string[]): Promise<ApplyOutcome>
  readonly planVersion: number
  /** Resolves when no request is in a model. */
  idle(): Promise<void>
}

export interface ApplyOutcome {
  readonly version: number
  readonly failures: readonly { readonly deployment: string; readonly problem: string }[]
}

export interface EngineOptions extends LiveEnv {
  readonly ids: IdMaker
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** What all workers traced; undefined when nothing is. */
  readonly traceCounts?: (() => Promise<TraceCounts | undefined>) | undefined
  /** Requests waiting for one variant beyond which new ones are refused. */
  readonly maxPending: number
}

type Live = ReadonlyMap<string, LiveDeployment>

/** Most of the time of a model with processes of its own is theirs; the others need not stand behind it. */
const loadsAtOnce = 4

export function createEngine(options: EngineOptions): Engine {
  const { models } = options
  let wanted = emptyPlan
  let planVersion = emptyPlan.version
  let live: Live = new Map()
  /** Not routed to any more; requests may still be in them. */
  const leaving = new Set<LiveVariant>()

  /** Switches every deployment whose models are there. */
  function takeLoaded(): void {
    const next = new Map<string, LiveDeployment>()
    for (const deployment of wanted.deployments) {
      const old = live.get(deployment.name)
      const isLoaded = deployment.variants.every(({ digest }) => models.get(digest) !== undefined)
      const taken = isLoaded ? toLive(options, deployment, old) : old
      if (taken !== undefined) next.set(deployment.name, taken)
    }
    const kept = digestsOf(variantsOf(next))
    for (const variant of variantsOf(live)) if (!kept.has(variant.digest)) leaving.add(variant)
    live = next
  }

  /** Frees models nobody routes to any more, once the requests that chose them before the switch are answered. */
  async function retire(): Promise<void> {
    const gone = [...leaving]
    await idle(gone)
    for (const variant of gone) leaving.delete(variant)
    await models.releaseOthers(digestsOf([...variantsOf(live), ...modelsOf(wanted), ...leaving]))
  }

  async function loadAll(plan: Plan, load: Load): Promise<ApplyOutcome> {
    const queue = modelsOf(plan).values()
    const lane = async () => {
      for (const variant of queue) if ((await load(variant)) === undefined) takeLoaded()
    }
    await Promise.all(Array.from({ length: loadsAtOnce }, lane))
    const failures = await failuresOf(plan.deployments, load)
    models.restAsPlanned(wanted)
    // Not before everything is loaded: a worker that starts goes on with the counts of the one before.
    options.counters.keep(seriesOf(live))
    planVersion = Math.max(planVersion, plan.version)
    await retire()
    return { version: plan.version, failures }
  }

  async function apply(plan: Plan, until?: readonly string[]): Promise<ApplyOutcome> {
    if (plan.version >= wanted.version) wanted = plan
    takeLoaded()
    const load = oncePerPlan(models)
    if (until === undefined) return loadAll(plan, load)
    // Before the others: somebody waits for these.
    const awaited = failuresOf(
      plan.deployments.filter(({ name }) => until.includes(name)),
      load,
    )
    loadAll(plan, load).catch(() => undefined)
    const failures = await awaited
    takeLoaded()
    return { version: plan.version, failures }
  }

  function infer(request: InferenceRequest): Promise<InferenceAnswer> {
    const id = predictionId(request, options.ids)
    const deployment = findDeployment(live, request.model, request.version)
    const { metadata, routeKey, version } = request
    const route = chooseVariant(deployment, { id, metadata, routeKey, version })
    return predict(options, { id, request, deployment, ...route })
  }

  return {
    apply,
    infer,
    models: () => [...live.values()].map((deployment) => deployment.served),
    model: (name, version) => findDeployment(live, name, version).served,
    statistics: () => options.counters.statistics(seriesOf(live)),
    ...(options.traceCounts === undefined ? {} : { traces: options.traceCounts }),
    idle: () => idle(variantsOf(live)),
    get planVersion() {
      return planVersion
    },
  }
}

type Load = Models['load']

/** What could not be loaded is tried again with the next plan, not twice for one. */
function oncePerPlan({ load }: Models): Load {
  const begun = new Map<string, ReturnType<Load>>()
  return (variant) => {
    const attempt = begun.get(variant.digest) ?? load(variant)
    begun.set(variant.digest, attempt)
    return attempt
  }
}

/** Resolves when their models are loaded, or known not to load. */
async function failuresOf(deployments: readonly PlanDeployment[], load: Load): Promise<ApplyOutcome['failures']> {
  const failures: { deployment: string; problem: string }[] = []
  for (const { name, variants } of deployments) {
    const problem = (await Promise.all(variants.map(load))).find((each) => each !== undefined)
    if (problem !== undefined) failures.push({ deployment: name, problem })
  }
  return failures
}

function predictionId(request: InferenceRequest, ids: IdMaker): string {
  if (request.predictionId === undefined) return ids('prd')
  if (!/^[A-Za-z0-9_-]{8,100}$/.test(request.predictionId))
    throw inferenceErrors.inference_id_invalid({ id: request.predictionId })
  return request.predictionId
}

function predict(options: EngineOptions, prediction: Prediction): Promise<InferenceAnswer> {
  const { recorder, clock } = options
  const traced = beginTrace(options, prediction)
  let inputs: readonly Tensor[]
  try {
    inputs = admit(options, prediction)
  } catch (error) {
    recorder.add(toCount(prediction, failureKind(error), clock.now()))
    recorder.flush()
    prediction.variant.series.failed(failureReason(error), clock.monotonic() - prediction.request.startedAt)
    traced?.({ outcome: error instanceof Error ? error : new Error(String(error)) })
    throw error
  }
  const record = (outcome: readonly Tensor[] | Error) => {
    if (outcome instanceof Error) recorder.add(toCount(prediction, failureKind(outcome), clock.now()))
    else if (isCaptured(prediction)) recorder.add(toRecord(prediction, { inputs, outputs: outcome }, clock))
    else recorder.count(toServed(prediction, inputs, clock))
  }
  const { params } = prediction.request
  const looked = params === undefined ? lookUp(prediction, inputs, clock) : undefined
  if (looked?.outputs !== undefined) {
    record(looked.outputs)
    recorder.flush()
    const totalMs = clock.monotonic() - prediction.request.startedAt
    prediction.variant.series.hit({ totalMs, lookupMs: looked.lookupMs })
    traced?.({})
    return Promise.resolve(toAnswer(prediction, looked.outputs))
  }
  return new Promise((resolve, reject) => {
    prediction.variant.batcher.add({
      model: prediction.deployment.name,
      startedAt: prediction.request.startedAt,
      inputs,
      // A request without a common first dimension, or with params, fills a run of its own.
      rows: (params === undefined ? rowCount(inputs) : undefined) ?? Number.POSITIVE_INFINITY,
      params,
      isAbandoned: abandonedBy(prediction, clock),
      isGone: prediction.request.isAbandoned,
      record,
      traced,
      resolve: (outputs) => {
        looked?.keep(outputs)
        resolve(toAnswer(prediction, outputs))
      },
      reject: (error) => reject(isAppError(error) ? error : modelFailed(prediction, error)),
    })
  })
}

/** Undefined without a cache. */
function lookUp({ deployment, variant }: Prediction, inputs: readonly Tensor[], clock: Clock) {
  const { cache } = deployment
  if (cache === undefined) return undefined
  const begunAt = clock.monotonic()
  const key = cacheKey(variant.digest, inputs)
  const outputs = cache.get(key)
  const lookupMs = clock.monotonic() - begunAt
  if (outputs === undefined) variant.series.missed(lookupMs)
  return { outputs, lookupMs, keep: (fresh: readonly Tensor[]) => cache.set(key, fresh) }
}

/** Given up by its client, or waiting longer than the deployment lets anyone wait. */
function abandonedBy({ request, deployment }: Prediction, clock: Clock): (() => boolean) | undefined {
  const limitMs = deployment.settings?.queueTimeoutMs
  if (limitMs === undefined) return request.isAbandoned
  return () => clock.monotonic() - request.startedAt > limitMs || request.isAbandoned?.() === true
}

/** The inputs in the model's order, or the reason why this request is not let in. */
function admit(options: EngineOptions, { request, deployment, variant }: Prediction): readonly Tensor[] {
  const { model, batcher } = variant
  const inputs = checkInputs(deployment.name, model.inputs, request.inputs)
  checkWanted(deployment.name, model.outputs, request.wanted)
  const limit = Math.min(options.maxPending, deployment.settings?.maxPending ?? options.maxPending)
  if (batcher.pending < limit) return inputs
  throw inferenceErrors.inference_overloaded({ model: deployment.name, pending: batcher.pending, limit })
}

function modelFailed({ deployment, variant }: Prediction, error: unknown): Error {
  const problem = error instanceof Error ? error.message.replace(/\n.*/s, '') : String(error)
  const facts = { model: deployment.name, version: variant.version, problem }
  const make = error instanceof InputRefused ? 'inference_input_refused' : 'inference_model_failed'
  return inferenceErrors[make](facts, { cause: error })
}

function seriesOf(live: Live): { deployment: string; version: string }[] {
  return [...live.values()].flatMap(({ name, variants }) =>
    variants.map(({ version }) => ({ deployment: name, version })),
  )
}

function digestsOf(variants: readonly { readonly digest: string }[]): ReadonlySet<string> {
  return new Set(variants.map(({ digest }) => digest))
}

function variantsOf(live: Live): LiveVariant[] {
  return [...live.values()].flatMap((deployment) => deployment.variants)
}

async function idle(variants: readonly LiveVariant[]): Promise<void> {
  await Promise.all(variants.map((variant) => variant.batcher.idle()))
}
