import type { PipelineContext } from './context.ts'
import { getVersion } from './definition-store.ts'
import { resolveInputs } from './inputs.ts'
import { type PipelineRunDetail, pipelineErrors } from './model.ts'
import { findRun, triggerOf } from './run-store.ts'
import { createRun } from './start.ts'
import { listSteps } from './step-store.ts'
import { isLeftOut, upstreamOf } from './transitions.ts'

/**
 * A new run of the same version with the same parameters and the same pinned inputs, in which the steps that succeeded
 * stand as they are. The old run stays as it ended. Retrying the same run again answers the same new run.
 */
export async function retryRun(ctx: PipelineContext, id: string): Promise<PipelineRunDetail> {
  const run = await findRun(ctx.db.read, id)
  if (run === undefined) throw pipelineErrors.pipeline_run_not_found({ id })
  if (run.state !== 'failed' && run.state !== 'canceled') {
    throw pipelineErrors.pipeline_run_not_failed({ id, state: run.state, pipeline: run.pipeline })
  }
  const [version, rows] = await Promise.all([getVersion(ctx.db.read, run.versionId), listSteps(ctx.db.read, id)])
  const upstream = upstreamOf(rows)
  const steps = rows.map((row) => ({
    name: row.name,
    inputs: JSON.stringify(resolveInputs(JSON.parse(row.inputs), upstream)),
    isLeftOut: isLeftOut(row),
    ...(row.state === 'succeeded'
      ? {
          takenOver: {
            ...row,
            verdict: { isHit: true, reason: `it succeeded in ${id}, which this run retries`, stepRunId: row.id },
          },
        }
      : {}),
  }))
  return createRun(ctx, {
    version,
    parameters: JSON.parse(run.parameters),
    // A reproduction stays one: what it writes is compared and not published.
    trigger: run.triggerKind === 'reproduction' ? triggerOf(run) : { kind: 'retry', id },
    key: `retry of ${id}`,
    useCache: run.useCache === 1,
    steps,
  })
}
