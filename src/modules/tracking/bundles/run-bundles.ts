import type { TypedTx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import type { Logging } from '../logging/logging.ts'
import { checkBatch } from '../metrics/batch.ts'
import type { Links } from '../runs/links.ts'
import { deleteTagRow, findRunRow, updateRunRow } from '../runs/run-store.ts'
import { activeRun, type Runs } from '../runs/runs.ts'
import type { TrackingTables } from '../tables.ts'
import { countPoints } from './bundle-store.ts'
import type { BundledFiles } from './bundled-files.ts'
import { listModelsOfRun, takeModel } from './model-bundles.ts'
import type { RunBundle, RunBundleChanges } from './run-bundle.ts'

type StoreTx = TypedTx<TrackingTables>

export interface TakenRun {
  readonly runId: string
  /** Id or name of the experiment a new run comes into; one that is there stays where it is. */
  readonly experiment: string
  readonly createdBy: string
  readonly changes: RunBundleChanges
}

interface Parts {
  readonly runs: Pick<Runs, 'createRun' | 'finishRun' | 'getRun'>
  readonly logging: Pick<Logging, 'logBatch'>
  readonly files: BundledFiles
  readonly links: Pick<Links, 'recordInputs' | 'recordOutputs' | 'listInputs' | 'listOutputs'>
}

export interface RunBundles {
  /** A run as another server needs it to have the same run. */
  readRunBundle(runId: string): Promise<RunBundle>
  /** Makes a run that another server has, or merges into it what is new there. Repeating it changes nothing. */
  takeRunBundle(given: TakenRun): Promise<void>
}

/** Runs that were made on one server and are to be on another as well, with the same ids. */
export function createRunBundles(ctx: TrackingContext, { runs, logging, files: bundled, links }: Parts): RunBundles {
  async function begin(tx: StoreTx, { runId, experiment, createdBy, changes }: TakenRun): Promise<void> {
    if ((await findRunRow(tx.query, runId)) !== undefined) return
    const { name, startedAt, parentRunId, source } = changes
    await runs.createRun({ id: runId, experimentId: experiment, createdBy, name, startedAt, parentRunId, source }, tx)
  }

  async function write(tx: StoreTx, given: TakenRun): Promise<void> {
    const { runId, changes } = given
    const { tags = {}, params = {}, inputs = [], outputs = [], files = [], models = [] } = changes
    await begin(tx, given)
    const { experimentId } = await activeRun(tx.query, runId)
    const { name, startedAt, parentRunId } = changes
    const facts = Object.entries({ name, startedAt, parentRunId }).filter(([, value]) => value !== undefined)
    await updateRunRow(tx.query, runId, Object.fromEntries(facts))
    await logging.logBatch(runId, { params, tags: kept(tags) }, tx)
    for (const key of Object.keys(tags)) if (tags[key] === null) await deleteTagRow(tx.query, runId, key)
    await links.recordInputs(runId, inputs, tx)
    for (const model of models) {
      await takeModel(ctx, tx, { runId, experimentId, model })
      await bundled.store(tx, model.id, model.files ?? [])
    }
    await links.recordOutputs(runId, outputs, tx)
    await bundled.store(tx, runId, files)
    if (changes.status !== undefined) await runs.finishRun(runId, changes.status, changes.endedAt, tx)
  }

  return {
    readRunBundle: async (runId) => {
      const { metrics: _, stepRunId: __, createdBy: ___, ...facts } = await runs.getRun(runId)
      const models = await listModelsOfRun(ctx.db.read, runId)
      return {
        ...facts,
        metrics: await countPoints(ctx.db.read, runId),
        inputs: await links.listInputs(runId),
        outputs: await links.listOutputs(runId),
        files: await bundled.list(runId),
        models: await Promise.all(models.map(async (model) => ({ ...model, files: await bundled.list(model.id) }))),
      }
    },

    takeRunBundle: async (given) => {
      const { files = [], models = [], tags = {}, params } = given.changes
      checkBatch({ params, tags: kept(tags) })
      await bundled.hold([...files, ...models.flatMap((model) => model.files ?? [])])
      await within(ctx, undefined, (tx) => write(tx, given), 'tracking.run.created')
    },
  }
}

function kept(tags: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null))
}
