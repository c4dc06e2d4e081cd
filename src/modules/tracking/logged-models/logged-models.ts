import type { Page } from '../../../kernel/paging.ts'
import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { type Tags, trackingErrors } from '../model.ts'
import { nameFor } from '../runs/run-name.ts'
import type { TrackingTables } from '../tables.ts'
import type { LoggedModel, LoggedModelQuery, LoggedModelStatus, NewLoggedModel } from './logged-model.ts'
import { searchLoggedModelRows } from './logged-model-search.ts'
import * as store from './logged-model-store.ts'

type Db = TypedTx<TrackingTables>['query']

export interface LoggedModels {
  /** A model that a run logs: pending until its files are there. */
  createLoggedModel(input: NewLoggedModel): Promise<LoggedModel>
  getLoggedModel(id: string): Promise<LoggedModel>
  /** Also a deleted one. */
  findLoggedModel(id: string): Promise<LoggedModel | undefined>
  searchLoggedModels(query: LoggedModelQuery): Promise<Page<LoggedModel>>
  setLoggedModelStatus(id: string, status: LoggedModelStatus): Promise<LoggedModel>
  /** Merged into the tags; null removes one. */
  tagLoggedModel(id: string, tags: Readonly<Record<string, string | null>>): Promise<LoggedModel>
  logModelParams(id: string, params: Tags): Promise<LoggedModel>
  deleteLoggedModel(id: string): Promise<void>
}

export function createLoggedModels(ctx: TrackingContext): LoggedModels {
  async function row(db: Db, id: string): Promise<store.LoggedModelRow> {
    const found = await store.findModelRow(db, id)
    if (found === undefined || found.lifecycle !== 'active') throw trackingErrors.logged_model_not_found({ model: id })
    return found
  }

  async function entity(db: Db, id: string): Promise<LoggedModel> {
    const [model] = await store.toLoggedModels(db, [await row(db, id)])
    if (model === undefined) throw trackingErrors.logged_model_not_found({ model: id })
    return model
  }

  /** Changes the model and answers it as it is then. */
  function change(id: string, write: (db: Db) => Promise<void>): Promise<LoggedModel> {
    return ctx.db.transaction(async (tx) => {
      await row(tx.query, id)
      await write(tx.query)
      await store.updateModelRow(tx.query, id, { updatedAt: ctx.clock.now() })
      return entity(tx.query, id)
    })
  }

  return {
    createLoggedModel: (input) =>
      ctx.db.transaction(async (tx) => {
        const experiment = await findExperimentRow(tx.query, input.experimentId)
        if (experiment === undefined) throw trackingErrors.experiment_not_found({ experiment: input.experimentId })
        if (experiment.lifecycle !== 'active') {
          throw trackingErrors.experiment_not_active({ experiment: input.experimentId })
        }
        const id = input.id ?? ctx.ids('m').replace('_', '-')
        const now = ctx.clock.now()
        await store.insertModel(tx.query, {
          id,
          experimentId: experiment.id,
          name: input.name ?? nameFor(id),
          modelType: input.modelType ?? null,
          sourceRunId: input.sourceRunId ?? null,
          status: 'pending',
          statusMessage: null,
          lifecycle: 'active',
          createdAt: now,
          updatedAt: now,
        })
        await store.putModelPairs(tx.query, 'tracking_model_params', id, input.params ?? {})
        await store.putModelPairs(tx.query, 'tracking_model_tags', id, input.tags ?? {})
        return entity(tx.query, id)
      }),

    getLoggedModel: (id) => entity(ctx.db.read, id),

    findLoggedModel: async (id) => {
      const found = await store.findModelRow(ctx.db.read, id)
      return found && (await store.toLoggedModels(ctx.db.read, [found]))[0]
    },

    searchLoggedModels: (query) => searchLoggedModelRows(ctx.db, query),

    setLoggedModelStatus: (id, status) => change(id, (db) => store.updateModelRow(db, id, { status })),

    tagLoggedModel: (id, tags) => change(id, (db) => store.putModelPairs(db, 'tracking_model_tags', id, tags)),

    logModelParams: (id, params) =>
      change(id, async (db) => {
        const [model] = await store.toLoggedModels(db, [await row(db, id)])
        for (const [key, value] of Object.entries(params)) {
          const old = model?.params[key]
          if (old !== undefined && old !== value)
            throw trackingErrors.model_param_changed({ key, model: id, old, value })
        }
        await store.putModelPairs(db, 'tracking_model_params', id, params)
      }),

    deleteLoggedModel: async (id) => {
      await ctx.db.transaction(async (tx) => {
        await row(tx.query, id)
        await store.updateModelRow(tx.query, id, { lifecycle: 'deleted', updatedAt: ctx.clock.now() })
      })
    },
  }
}
