import { Readable } from 'node:stream'
import { sleep } from '../../kernel/retry.ts'
import type { RawRoute } from '../../kernel/route.ts'
import type { PipelineContext } from './context.ts'
import { type CacheVerdict, isStepEnded, pipelineErrors } from './model.ts'
import { findRun } from './run-store.ts'
import type { PipelineService, StepLog } from './service.ts'
import { type FollowOptions, followFile, redacted } from './step-log.ts'
import * as steps from './step-store.ts'
import type { AttemptRow, StepRunRow } from './tables.ts'
import { workspaceOf } from './workspace.ts'

const waitPollMs = 200

export type LogRequest = Parameters<PipelineService['openLog']>[0]

export async function openLog(ctx: PipelineContext, request: LogRequest): Promise<StepLog> {
  const { id, step: name, follow = false, signal, tailBytes } = request
  const run = await findRun(ctx.db.read, id)
  if (run === undefined) throw pipelineErrors.pipeline_run_not_found({ id })
  const all = await steps.listSteps(ctx.db.read, id)
  const step = all.find((row) => row.name === name || row.id === name)
  if (step === undefined) {
    throw pipelineErrors.pipeline_step_not_found({ id, step: name, known: all.map((row) => row.name).join(', ') })
  }
  const current = await standsFor(ctx, follow ? await untilBegun(ctx, step, signal) : step)
  const attempt = await steps.findAttempt(ctx.db.read, current.id, request.attempt ?? current.attempt)
  const body =
    attempt === undefined
      ? Readable.from([])
      : await bodyOf(ctx, attempt, { runId: current.runId, follow, signal, tailBytes })
  return { stepRunId: step.id, attempt: attempt?.attempt ?? 0, body }
}

/** A cached step shows the log of the step run whose outputs it uses. */
async function standsFor(ctx: PipelineContext, step: StepRunRow): Promise<StepRunRow> {
  const verdict: CacheVerdict | null = step.cacheVerdict === null ? null : JSON.parse(step.cacheVerdict)
  if (verdict?.isHit !== true || verdict.stepRunId === undefined) return step
  const source = await steps.findStep(ctx.db.read, verdict.stepRunId)
  return source === undefined ? step : standsFor(ctx, source)
}

/** A follower may come before the step begins. */
async function untilBegun(
  ctx: PipelineContext,
  step: StepRunRow,
  signal: AbortSignal | undefined,
): Promise<StepRunRow> {
  let current = step
  while (current.attempt === 0 && !isStepEnded(current.state) && signal?.aborted !== true) {
    await sleep(waitPollMs)
    current = (await steps.findStep(ctx.db.read, step.id)) ?? current
  }
  return current
}

async function bodyOf(
  ctx: PipelineContext,
  attempt: AttemptRow,
  options: FollowOptions & { readonly runId: string; readonly follow: boolean },
): Promise<Readable> {
  if (attempt.logDigest !== null) {
    const start = Math.max(0, (attempt.logBytes ?? 0) - (options.tailBytes ?? Number.POSITIVE_INFINITY))
    return ctx.platform.blobs.read(attempt.logDigest, start === 0 ? undefined : { start })
  }
  const { logPath } = await workspaceOf(ctx, attempt.stepRunId, attempt.attempt)
  const isEnded = async () => {
    if (!options.follow) return true
    const row = await steps.findAttempt(ctx.db.read, attempt.stepRunId, attempt.attempt)
    return row?.state !== 'running' || row.logDigest !== null
  }
  return redacted(followFile(logPath, isEnded, options), ctx.platform.children.tokenOf(options.runId))
}

export function logRoutes(ctx: PipelineContext): RawRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/pipeline-runs/{id}/steps/{step}/log',
      summary: 'The log of a step as text, during and after it; `follow=1` stays until it ends, `attempt` picks one.',
      body: 'none',
      allow: 'pipelines:read',
      run: async ({ params, query, signal }) => {
        const attempt = Number.parseInt(query.get('attempt') ?? '', 10)
        const { body } = await openLog(ctx, {
          id: params.id ?? '',
          step: params.step ?? '',
          attempt: Number.isNaN(attempt) ? undefined : attempt,
          follow: ['1', 'true'].includes(query.get('follow') ?? ''),
          signal,
        })
        // No sniffing: a log is what a program printed, and that may look like a page.
        const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
        return { headers: { ...headers, 'cache-control': 'no-store' }, body }
      },
    },
  ]
}
