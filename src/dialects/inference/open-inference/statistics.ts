import type { InferenceCore, ModelStatistics } from '../../../platform/inference/index.ts'

/**
 * Triton's statistics extension (docs/protocol/extension_statistics.md): cumulative counts and nanoseconds of each live
 * version, summed over all workers. A run of several requests counts its whole time for each of them, and once in
 * `batch_stats`, whose sizes are rows: exact up to 64, above it the next power of two. What the response cache answered
 * counts as success and hit only.
 */
export interface StatisticsOf {
  readonly model?: string | undefined
  readonly version?: string | undefined
}

/** Of one model or version, or of all. Throws `inference_model_unknown`, `inference_version_unknown`. */
export async function modelStatistics(core: InferenceCore, { model, version }: StatisticsOf) {
  if (model !== undefined) core.model(model, version)
  const all = await core.statistics()
  const wanted = all.filter(
    (each) => (model ?? each.deployment) === each.deployment && (version ?? each.version) === each.version,
  )
  return { model_stats: wanted.map(toModelStats) }
}

function toModelStats({ deployment, version, totals, batches }: ModelStatistics) {
  // What the cache answered did not run.
  const done = (ns: number) => ({ count: totals.success - totals.cacheHit, ns })
  return {
    name: deployment,
    version,
    last_inference: totals.lastAt,
    inference_count: totals.rows,
    execution_count: totals.runs,
    inference_stats: {
      success: { count: totals.success, ns: totals.successNs },
      fail: { count: totals.failed + totals.overloaded + totals.abandoned, ns: totals.failNs },
      queue: done(totals.queueNs),
      compute_input: done(totals.inputNs),
      compute_infer: done(totals.inferNs),
      compute_output: done(totals.outputNs),
      cache_hit: { count: totals.cacheHit, ns: totals.cacheHitNs },
      cache_miss: { count: totals.cacheMiss, ns: totals.cacheMissNs },
    },
    response_stats: {},
    batch_stats: batches.map(({ size, count, inputNs, inferNs, outputNs }) => ({
      batch_size: size,
      compute_input: { count, ns: inputNs },
      compute_infer: { count, ns: inferNs },
      compute_output: { count, ns: outputNs },
    })),
    memory_usage: [],
  }
}
