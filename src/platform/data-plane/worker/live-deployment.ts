import { inferenceErrors, type PlanDeployment, type PlanVariant } from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import { createBatcher } from './batcher.ts'
import type { Counters, Series } from './counters.ts'
import { failureReason } from './failure.ts'
import type { Models } from './models.ts'
import type { Recorder } from './recorder.ts'
import { createResponseCache, type ResponseCache } from './response-cache.ts'
import { type LiveDeployment, type LiveVariant, type RunItem, toServedModel } from './routes.ts'

/** What a live deployment runs with. */
export interface LiveEnv {
  readonly models: Models
  readonly recorder: Recorder
  readonly counters: Counters
  readonly clock: Clock
  readonly maxBatchRows: number
}

/** What serves a deployment as the plan says, made of what served it before where that is the same. */
export function toLive(options: LiveEnv, deployment: PlanDeployment, old: LiveDeployment | undefined): LiveDeployment {
  const variants = deployment.variants.map((variant) => toLiveVariant(options, { deployment, variant, old }))
  const { name, salt, ranges, routing, settings } = deployment
  return {
    name,
    salt,
    ranges,
    routing,
    settings,
    cache: cacheOf(deployment, old),
    variants,
    served: toServedModel(deployment, variants),
  }
}

/** A cache outlives changes of the versions: their answers have other keys. */
function cacheOf({ settings }: PlanDeployment, old: LiveDeployment | undefined): ResponseCache | undefined {
  const limitBytes = settings?.cacheBytes ?? 0
  if (limitBytes === 0) return undefined
  return old?.cache?.limitBytes === limitBytes ? old.cache : createResponseCache(limitBytes)
}

/** A version that was live before keeps its queue, so that batches form across a change of weights. */
function toLiveVariant(
  options: LiveEnv,
  { deployment, variant, old }: { deployment: PlanDeployment; variant: PlanVariant; old: LiveDeployment | undefined },
): LiveVariant {
  const model = options.models.get(variant.digest)
  if (model === undefined) throw new Error(`model file ${variant.digest} is not loaded`)
  const same = old?.variants.find((candidate) => candidate.model === model && candidate.version === variant.version)
  const series = same?.series ?? options.counters.series({ deployment: deployment.name, version: variant.version })
  const batcher = same?.batcher ?? newBatcher(options, model, series)
  batcher.limitRows(rowsPerRun(model, deployment.settings?.maxBatchRows, options.maxBatchRows))
  return { ...variant, model, series, batcher }
}

/** Most rows of one run: what was declared, else what is safe without a declaration; never more than the server allows. */
function rowsPerRun({ canShareRuns }: LiveVariant['model'], declared: number | undefined, most: number): number {
  if (declared !== undefined) return canShareRuns.whenDeclared ? Math.min(declared, most) : 1
  return canShareRuns.byItself ? most : 1
}

function newBatcher({ recorder, clock }: LiveEnv, model: LiveVariant['model'], series: Series): LiveVariant['batcher'] {
  const batcher = createBatcher<RunItem>({
    lanes: model.lanes,
    run: (inputs, isAbandoned, params) => model.run(inputs, isAbandoned, params),
    now: () => clock.monotonic(),
    ran: series.ran,
    abandoned: (item) => inferenceErrors.inference_abandoned({ model: item.model }),
    finish: (items) => {
      for (const item of items) item.record(item.outcome ?? new Error('the run gave no result'))
      recorder.flush()
      countItems(series, items, clock.monotonic())
      series.pending(batcher.pending - items.length)
      for (const item of items) {
        if (item.outcome instanceof Error || item.outcome === undefined) item.reject(item.outcome)
        else item.resolve(item.outcome)
      }
      for (const item of items) item.traced?.(item)
    },
  })
  return batcher
}

function countItems(series: Series, items: readonly RunItem[], now: number): void {
  for (const { startedAt, addedAt = now, begunAt = now, run, rows, outcome } of items) {
    const totalMs = now - startedAt
    if (run === undefined) series.failed(failureReason(outcome), totalMs)
    else series.succeeded({ rows: Number.isFinite(rows) ? rows : 1, queueMs: begunAt - addedAt, totalMs }, run)
  }
}
