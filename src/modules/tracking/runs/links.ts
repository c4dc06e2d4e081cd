import type { Tx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import type { NewInput, RunLinks } from './link.ts'
import { inputRecorded, type RunInput, type RunOutput } from './link.ts'
import * as store from './link-store.ts'
import { activeRun, getRunRow } from './runs.ts'

export interface Links {
  recordInput(runId: string, input: { datasetVersionId: string; context?: string | undefined }, tx?: Tx): Promise<void>
  recordInputs(runId: string, inputs: readonly NewInput[], tx?: Tx): Promise<void>
  listInputs(runId: string): Promise<RunInput[]>
  recordOutputs(runId: string, outputs: readonly RunOutput[], tx?: Tx): Promise<void>
  listOutputs(runId: string): Promise<RunOutput[]>
  /** Inputs and outputs of many runs at once, by run id. */
  listLinks(runIds: readonly string[]): Promise<Map<string, RunLinks>>
}

/** What a run read and what it made. Recording the same link again changes nothing. */
export function createLinks(ctx: TrackingContext): Links {
  async function recordInputs(runId: string, inputs: readonly NewInput[], tx?: Tx): Promise<void> {
    await within(ctx, tx, async (own) => {
      await activeRun(own.query, runId)
      const now = ctx.clock.now()
      for (const input of inputs) {
        const isNew = await store.insertInput(own.query, runId, input, now)
        const { datasetVersionId } = input
        if (isNew && datasetVersionId !== undefined) {
          await ctx.events.emit(own, inputRecorded, runId, { runId, datasetVersionId })
        }
      }
    })
  }

  return {
    recordInputs,

    /** Throws `dataset_version_not_found`. */
    recordInput: async (runId, input, tx) => {
      const version = await ctx.datasets.getVersionSummary(input.datasetVersionId)
      const link = {
        name: version.dataset,
        digest: version.digest,
        context: input.context,
        datasetVersionId: version.id,
        sourceType: 'dataset',
        source: `${version.dataset}@${version.version}`,
      }
      await recordInputs(runId, [link], tx)
    },

    listInputs: async (runId) => {
      await getRunRow(ctx.db.read, runId)
      return (await store.listInputs(ctx.db.read, [runId])).get(runId) ?? []
    },

    recordOutputs: (runId, outputs, tx) =>
      within(ctx, tx, async (own) => {
        await activeRun(own.query, runId)
        for (const output of outputs) await store.upsertOutput(own.query, runId, output, ctx.clock.now())
      }),

    listOutputs: async (runId) => {
      await getRunRow(ctx.db.read, runId)
      return (await store.listOutputs(ctx.db.read, [runId])).get(runId) ?? []
    },

    /** Inputs and outputs of many runs at once, by run id. */
    listLinks: async (runIds) => {
      const inputs = await store.listInputs(ctx.db.read, runIds)
      const outputs = await store.listOutputs(ctx.db.read, runIds)
      return new Map(runIds.map((id) => [id, { inputs: inputs.get(id) ?? [], outputs: outputs.get(id) ?? [] }]))
    },
  }
}
