import { rowCount } from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import type { Prediction } from './prediction.ts'
import type { EndTrace, Tracer } from './tracer.ts'

/** Undefined for a request that is not traced: nothing more is done for it then. */
export function beginTrace(
  { tracer, clock }: { readonly tracer?: Tracer | undefined; readonly clock: Clock },
  { id, request, deployment, variant }: Prediction,
): EndTrace | undefined {
  const context = tracer?.sample(id, request.metadata)
  if (tracer === undefined || context === undefined) return undefined
  return ({ addedAt, begunAt, run, outcome }) => {
    tracer.add({
      context,
      predictionId: id,
      deployment: deployment.name,
      variant: variant.name,
      version: variant.version,
      modelVersionId: variant.modelVersionId,
      rows: rowCount(request.inputs) ?? 1,
      startedAt: request.startedAt,
      endedAt: clock.monotonic(),
      queue: addedAt === undefined || begunAt === undefined ? undefined : { addedAt, begunAt },
      run: run === undefined ? undefined : { rows: run.rows, durationMs: run.inputMs + run.inferMs + run.outputMs },
      problem: outcome instanceof Error ? outcome.message.slice(0, 500) : undefined,
    })
  }
}
