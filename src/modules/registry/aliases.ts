import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import * as store from './alias-store.ts'
import { type RegistryContext, type RegistryTx, within } from './context.ts'
import { type AliasMove, AliasName, aliasMoved, type ModelVersion, registryErrors } from './model.ts'
import { findModelRow, updateModelRow } from './model-store.ts'
import { getModelRow } from './models.ts'
import type { AliasChange } from './service.ts'
import { findVersionRow, toVersions } from './version-store.ts'
import { getVersionRow } from './versions.ts'

export function createAliases(ctx: RegistryContext) {
  async function move(tx: RegistryTx, input: AliasChange): Promise<ModelVersion> {
    const model = await getModelRow(tx.query, input.model)
    const now = ctx.clock.now()
    // First, so that two moves of one alias take turns and each sees where the other left it.
    await updateModelRow(tx.query, model.id, { updatedAt: now })
    const version = await getVersionRow(tx.query, `${model.name}/${input.version}`)
    const from = await store.findAlias(tx.query, model.id, input.alias)
    if (from !== version.version) {
      await store.putAlias(tx.query, model.id, input.alias, version.id)
      await record(tx, { ...input, modelId: model.id, from, to: version.version })
      await ctx.events.emit(tx, aliasMoved, version.id, {
        model: model.name,
        alias: input.alias,
        ...(from === undefined ? {} : { from }),
        to: version.version,
        modelVersionId: version.id,
        reason: input.reason ?? '',
      })
    }
    const [moved] = await toVersions(tx.query, [version])
    if (moved === undefined) throw registryErrors.model_version_not_found({ version: version.id })
    return moved
  }

  async function record(
    tx: RegistryTx,
    move: Pick<AliasChange, 'alias' | 'reason' | 'evidence' | 'movedBy'> & {
      readonly modelId: string
      readonly from: number | undefined
      readonly to: number | undefined
    },
  ): Promise<void> {
    await store.insertMove(tx.query, {
      id: ctx.ids('mov'),
      modelId: move.modelId,
      alias: move.alias,
      fromVersion: move.from ?? null,
      toVersion: move.to ?? null,
      reason: move.reason ?? '',
      evidence: move.evidence === undefined ? null : JSON.stringify(move.evidence),
      movedBy: move.movedBy ?? 'system',
      at: ctx.clock.now(),
    })
  }

  return {
    setAlias: async (input: AliasChange, tx?: Tx): Promise<ModelVersion> => {
      const parsed = AliasName.safeParse(input.alias)
      if (!parsed.success) {
        const problem = parsed.error.issues.map((issue) => issue.message).join('; ')
        throw registryErrors.alias_invalid({ alias: input.alias, problem })
      }
      return within(ctx, tx, (own) => move(own, input), 'registry.alias.moved')
    },

    deleteAlias: ({ model: ref, alias, reason = '', movedBy }: RemovedAlias): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        const model = await getModelRow(tx.query, ref)
        await updateModelRow(tx.query, model.id, { updatedAt: ctx.clock.now() })
        const from = await store.findAlias(tx.query, model.id, alias)
        if (from === undefined) return
        await store.removeAlias(tx.query, model.id, alias)
        await record(tx, { modelId: model.id, alias, from, to: undefined, reason, movedBy })
        await ctx.events.emit(tx, aliasMoved, model.id, { model: model.name, alias, from, reason })
      }),

    findByAlias: async (ref: string, alias: string): Promise<ModelVersion | undefined> => {
      const model = await findModelRow(ctx.db.read, ref)
      const row = model && (await findVersionRow(ctx.db.read, { model: model.id, alias }))
      return row && (await toVersions(ctx.db.read, [row]))[0]
    },

    listAliasMoves: async (query: {
      model: string
      limit: number
      cursor?: string | undefined
    }): Promise<Page<AliasMove>> => {
      const { id } = await getModelRow(ctx.db.read, query.model)
      return store.listMoves(ctx.db.read, { ...query, modelId: id })
    },
  }
}

interface RemovedAlias {
  readonly model: string
  readonly alias: string
  readonly reason?: string | undefined
  readonly movedBy?: string | undefined
}
