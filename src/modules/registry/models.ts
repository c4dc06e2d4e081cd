import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import { listRules } from './alias-rule-store.ts'
import { findUses } from './component-store.ts'
import { type RegistryContext, type RegistryTx, within } from './context.ts'
import { type Model, ModelName, modelCreated, refuseUsed, registryErrors, tagsChanged } from './model.ts'
import * as store from './model-store.ts'
import type { ModelChanges, ModelQuery, NewModel } from './requests.ts'
import { searchModelRows } from './search-store.ts'

type Db = RegistryTx['query']

/** The model by name or id, which must exist. */
export async function getModelRow(db: Db, ref: string): Promise<store.ModelRow> {
  const row = await store.findModelRow(db, ref)
  if (row === undefined) throw registryErrors.model_not_found({ model: ref })
  return row
}

export function checkModelName(name: string): void {
  const parsed = ModelName.safeParse(name)
  if (parsed.success) return
  const problem = parsed.error.issues.map((issue) => issue.message).join('; ')
  throw registryErrors.model_name_invalid({ model: name, problem })
}

export function createModels(ctx: RegistryContext) {
  async function entity(db: Db, ref: string): Promise<Model> {
    const [model] = await store.toModels(db, [await getModelRow(db, ref)])
    if (model === undefined) throw registryErrors.model_not_found({ model: ref })
    return model
  }

  async function insert(tx: RegistryTx, { name, description = '', tags = {} }: NewModel): Promise<boolean> {
    const now = ctx.clock.now()
    const row = { id: ctx.ids('mdl'), name, description, lastVersion: 0, createdAt: now, updatedAt: now }
    if (!(await store.insertModel(tx.query, row))) return false
    await store.mergeTags(tx.query, 'registry_model_tags', row.id, tags)
    await ctx.events.emit(tx, modelCreated, row.id, { modelId: row.id, model: name, description, tags: { ...tags } })
    return true
  }

  return {
    ensureModel: async (name: string, tx?: Tx): Promise<Model> => {
      checkModelName(name)
      return within(ctx, tx, async (own) => {
        await insert(own, { name })
        return entity(own.query, name)
      })
    },

    createModel: async (input: NewModel): Promise<Model> => {
      checkModelName(input.name)
      return ctx.db.transaction(async (tx) => {
        if (!(await insert(tx, input))) throw registryErrors.model_exists({ model: input.name })
        return entity(tx.query, input.name)
      })
    },

    getModel: (ref: string): Promise<Model> => entity(ctx.db.read, ref),

    findModel: async (ref: string): Promise<Model | undefined> => {
      const row = await store.findModelRow(ctx.db.read, ref)
      return row && (await store.toModels(ctx.db.read, [row]))[0]
    },

    searchModels: (query: ModelQuery): Promise<Page<Model>> => searchModelRows(ctx.db, query),

    updateModel: async (ref: string, { name, description, tags = {} }: ModelChanges): Promise<Model> => {
      if (name !== undefined) checkModelName(name)
      return ctx.db.transaction(async (tx) => {
        const { id, name: oldName } = await getModelRow(tx.query, ref)
        const other = name === undefined ? undefined : await store.findModelRow(tx.query, name)
        if (other !== undefined && other.id !== id) throw registryErrors.model_exists({ model: other.name })
        await store.updateModelRow(tx.query, id, {
          updatedAt: ctx.clock.now(),
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
        })
        await store.mergeTags(tx.query, 'registry_model_tags', id, tags)
        if (Object.keys(tags).length > 0) {
          await ctx.events.emit(tx, tagsChanged, id, { model: name ?? oldName, tags: { ...tags } })
        }
        return entity(tx.query, id)
      })
    },

    deleteModel: (ref: string): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        const { id, name } = await getModelRow(tx.query, ref)
        const [rule] = await listRules(tx.query, id)
        if (rule !== undefined) throw registryErrors.alias_protected({ alias: rule.alias, model: name })
        refuseUsed(await findUses(tx.query, { modelId: id }))
        await store.deleteModelRows(tx.query, id)
      }),
  }
}
