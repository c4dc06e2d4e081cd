import type { Page } from '../../../kernel/paging.ts'
import type { Tx, TypedTx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import { trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { Experiment, ExperimentChanges, ExperimentQuery, NewExperiment } from './experiment.ts'
import { searchExperimentRows } from './experiment-search.ts'
import * as store from './experiment-store.ts'

type StoreTx = TypedTx<TrackingTables>

export interface Experiments {
  /** The experiment with this name, created when there is none; a deleted one is an error. */
  ensureExperiment(name: string, tx?: Tx): Promise<Experiment>
  createExperiment(input: NewExperiment): Promise<Experiment>
  getExperiment(ref: string): Promise<Experiment>
  findExperiment(ref: string): Promise<Experiment | undefined>
  findExperimentByNumber(number: number): Promise<Experiment | undefined>
  searchExperiments(query: ExperimentQuery): Promise<Page<Experiment>>
  updateExperiment(ref: string, changes: ExperimentChanges): Promise<Experiment>
  /** Soft delete: the experiment and all its runs. Repeating it changes nothing. */
  deleteExperiment(ref: string): Promise<void>
  restoreExperiment(ref: string): Promise<void>
}

export function createExperiments(ctx: TrackingContext): Experiments {
  async function row(db: StoreTx['query'], ref: string) {
    const found = await store.findExperimentRow(db, ref)
    if (found === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    return found
  }

  async function entity(db: StoreTx['query'], ref: string): Promise<Experiment> {
    const [experiment] = await store.withExperimentTags(db, [await row(db, ref)])
    if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: ref })
    return experiment
  }

  /** Inserts unless the name is taken; answers whether it did. Two at once may pick one number: the second picks again. */
  async function insert(tx: StoreTx, input: NewExperiment): Promise<boolean> {
    const now = ctx.clock.now()
    const id = ctx.ids('exp')
    const values = { id, name: input.name, lifecycle: 'active', createdAt: now, updatedAt: now }
    while ((await store.findExperimentRow(tx.query, input.name)) === undefined) {
      const isInserted = await store.insertExperiment(tx.query, {
        ...values,
        artifactLocation: input.artifactLocation ?? null,
      })
      if (!isInserted) continue
      await store.setExperimentTags(tx.query, id, input.tags ?? {})
      return true
    }
    return false
  }

  async function setLifecycle(ref: string, lifecycle: 'active' | 'deleted'): Promise<void> {
    await ctx.db.transaction(async (tx) => {
      const { id } = await row(tx.query, ref)
      await store.updateExperimentRow(tx.query, id, { lifecycle, updatedAt: ctx.clock.now() })
      await store.setRunsLifecycle(tx.query, id, lifecycle)
    })
  }

  return {
    ensureExperiment: (name, tx) =>
      within(ctx, tx, async (own) => {
        await insert(own, { name })
        const experiment = await entity(own.query, name)
        if (experiment.lifecycle === 'deleted') throw trackingErrors.experiment_not_active({ experiment: name })
        return experiment
      }),

    createExperiment: (input) =>
      ctx.db.transaction(async (tx) => {
        if (!(await insert(tx, input))) {
          const { lifecycle } = await row(tx.query, input.name)
          throw trackingErrors.experiment_exists({ name: input.name, lifecycle })
        }
        return entity(tx.query, input.name)
      }),

    getExperiment: (ref) => entity(ctx.db.read, ref),

    findExperiment: async (ref) => {
      const found = await store.findExperimentRow(ctx.db.read, ref)
      return found && (await store.withExperimentTags(ctx.db.read, [found]))[0]
    },

    findExperimentByNumber: async (number) => {
      const found = await store.findExperimentByNumber(ctx.db.read, number)
      return found && (await store.withExperimentTags(ctx.db.read, [found]))[0]
    },

    searchExperiments: (query) => searchExperimentRows(ctx.db, query),

    updateExperiment: (ref, changes) =>
      ctx.db.transaction(async (tx) => {
        const { id, lifecycle } = await row(tx.query, ref)
        if (lifecycle === 'deleted') throw trackingErrors.experiment_not_active({ experiment: ref })
        const { name } = changes
        if (name !== undefined) {
          const other = await store.findExperimentRow(tx.query, name)
          if (other !== undefined && other.id !== id) {
            throw trackingErrors.experiment_exists({ name, lifecycle: other.lifecycle })
          }
        }
        const updatedAt = ctx.clock.now()
        await store.updateExperimentRow(tx.query, id, { updatedAt, ...(name === undefined ? {} : { name }) })
        await store.setExperimentTags(tx.query, id, changes.tags ?? {})
        return entity(tx.query, id)
      }),

    deleteExperiment: (ref) => setLifecycle(ref, 'deleted'),
    restoreExperiment: (ref) => setLifecycle(ref, 'active'),
  }
}
