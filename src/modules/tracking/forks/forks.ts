import { listBelow, upsertArtifact } from '../artifacts/artifact-store.ts'
import type { TrackingContext } from '../context.ts'
import { insertMetrics, insertParams, insertTags } from '../metrics/batch-store.ts'
import { readHistory } from '../metrics/history-store.ts'
import type { Tags } from '../model.ts'
import { insertInput, listInputs } from '../runs/link-store.ts'
import type { Run } from '../runs/run.ts'
import type { Runs } from '../runs/runs.ts'

export interface Fork {
  readonly runId: string
  readonly name?: string | undefined
  /** The last step that is taken over; default all of them. */
  readonly step?: number | undefined
  readonly createdBy?: string | undefined
}

/** Tags by which a fork names where it came from. */
export const forkTags = { run: 'slipway.forkedFrom', step: 'slipway.forkedAtStep' } as const

const page = 5000

export interface Forks {
  /** A new run that begins as another was, at a step or as it is now. */
  forkRun(fork: Fork): Promise<Run>
}

/**
 * A new run that begins as another one was at a step: its parameters, tags, inputs, files, and its metrics until then. It is
 * copied a few thousand points at a time, and runs when all is there; until then its status is SCHEDULED.
 */
export function createForks(ctx: TrackingContext, runs: Pick<Runs, 'getRun' | 'createRun' | 'updateRun'>): Forks {
  async function copyMetric(from: Run, to: Run, key: string, lastStep: number): Promise<void> {
    let cursor: string | undefined
    do {
      const { items, nextCursor } = await readHistory(ctx.db.read, { runId: from.id, key, limit: page, cursor })
      const points = items.filter((point) => point.step <= lastStep)
      if (points.length > 0) {
        const metrics = points.map((point) => ({ key, ...point }))
        await ctx.db.transaction((tx) => insertMetrics(tx, to, metrics, ctx.clock.now()))
      }
      cursor = points.length < items.length ? undefined : nextCursor
    } while (cursor !== undefined)
  }

  async function copyLogged(from: Run, to: Run): Promise<void> {
    const inputs = (await listInputs(ctx.db.read, [from.id])).get(from.id) ?? []
    const files = await listBelow(ctx.db.read, from.id, '')
    await ctx.db.transaction(async (tx) => {
      const now = ctx.clock.now()
      if (Object.keys(from.params).length > 0) await insertParams(tx, to.id, from.params)
      await insertTags(tx, to.id, from.tags)
      for (const input of inputs) await insertInput(tx.query, to.id, input, now)
      for (const file of files) await upsertArtifact(tx.query, to.id, file)
    })
  }

  return {
    forkRun: async ({ runId, name, step, createdBy }) => {
      const from = await runs.getRun(runId)
      const { experimentId, parentRunId, source } = from
      const at: Tags = step === undefined ? {} : { [forkTags.step]: String(step) }
      const to = await runs.createRun({
        experimentId,
        parentRunId,
        source,
        createdBy,
        status: 'SCHEDULED',
        name: name ?? `${from.name} (fork)`,
      })
      await copyLogged(from, to)
      for (const { key } of from.metrics) await copyMetric(from, to, key, step ?? Number.MAX_SAFE_INTEGER)
      await ctx.db.transaction((tx) => insertTags(tx, to.id, { [forkTags.run]: from.id, ...at }))
      await runs.updateRun(to.id, { status: 'RUNNING' })
      return runs.getRun(to.id)
    },
  }
}
