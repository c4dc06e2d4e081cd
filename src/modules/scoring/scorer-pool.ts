import { openScorer, type Scorer } from '../../platform/data-plane/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Predictions } from '../predictions/index.ts'
import type { Servables } from '../servables/index.ts'
import type { Serving } from '../serving/index.ts'
import type { RowModel } from './row-tensors.ts'

/** Processes that run candidates, by who uses them; one that nobody used for a while is ended. */
export interface ScorerPool {
  /** Starts the process when none runs. Throws `scorer_lost` when the model cannot be loaded. */
  open(user: string, model: ScorableModel): Promise<{ readonly scorer: Scorer; readonly model: RowModel }>
  /** The next `open` starts a new process. */
  close(user: string): void
  stop(): Promise<void>
}

export interface ScorableModel {
  readonly modelVersionId: string
  readonly digest: string
}

export interface PoolContext {
  readonly platform: Platform
  readonly servables: Servables
  readonly predictions: Predictions
  readonly serving: Serving
}

const idleMs = 60_000

interface Entry {
  readonly scorer: Promise<Scorer>
  idle: NodeJS.Timeout
}

export function createScorerPool(ctx: PoolContext): ScorerPool {
  const entries = new Map<string, Entry>()
  const ending = new Set<Promise<void>>()

  function close(user: string): void {
    const entry = entries.get(user)
    if (entry === undefined) return
    entries.delete(user)
    clearTimeout(entry.idle)
    const end = entry.scorer.then(
      (scorer) => scorer.stop().catch(() => undefined),
      () => undefined,
    )
    ending.add(end)
    void end.then(() => ending.delete(end))
  }

  function later(user: string): NodeJS.Timeout {
    return setTimeout(() => close(user), idleMs).unref()
  }

  return {
    open: async (user, { modelVersionId, digest }) => {
      const entry = entries.get(user) ?? { scorer: start(ctx, user, digest), idle: later(user) }
      entries.set(user, entry)
      // Who opens it learns of a failure below, perhaps a while after it happened.
      entry.scorer.catch(() => undefined)
      clearTimeout(entry.idle)
      entry.idle = later(user)
      const found = await ctx.servables.findModel(digest)
      const inputs = (found?.signature.inputs ?? []) as RowModel['inputs']
      const known = found?.runtime?.kind === 'python' ? found.runtime.featureNames : undefined
      const model = { inputs, featureNames: (await ctx.predictions.featureNames(modelVersionId)) ?? known }
      return { scorer: await entry.scorer, model }
    },
    close,
    stop: async () => {
      for (const user of [...entries.keys()]) close(user)
      await Promise.all(ending)
    },
  }
}

async function start(ctx: PoolContext, user: string, digest: string): Promise<Scorer> {
  const { platform } = ctx
  const { memoryLimitBytes, runLimitMs } = ctx.serving.scoringSettings
  return openScorer({
    processes: platform.processes,
    folder: await platform.workDir('serving'),
    name: user,
    source: await ctx.servables.findSource(digest),
    runLimitMs,
    memoryLimitBytes,
  })
}
