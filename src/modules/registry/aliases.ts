import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import { recordMove, removeAlias } from './alias-audit.ts'
import { requireAllowed } from './alias-rules.ts'
import * as store from './alias-store.ts'
import { type RegistryContext, type RegistryTx, within } from './context.ts'
import { type AliasMove, aliasMoved, checkAliasName, type ModelVersion, registryErrors } from './model.ts'
import { findModelRow, updateModelRow } from './model-store.ts'
import { getModelRow } from './models.ts'
import type { AliasChange } from './requests.ts'
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
      const proof = await requireAllowed(ctx, tx, { alias: input.alias, version })
      const evidence = proof === undefined ? input.evidence : { ...input.evidence, rule: proof }
      await store.putAlias(tx.query, model.id, input.alias, version.id)
      await recordMove(ctx, tx, { ...input, evidence, modelId: model.id, from, to: version.version })
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

  return {
    setAlias: async (input: AliasChange, tx?: Tx): Promise<ModelVersion> => {
      checkAliasName(input.alias)
      return within(ctx, tx, (own) => move(own, input), 'registry.alias.moved')
    },

    deleteAlias: ({ model: ref, alias, reason = '', movedBy }: DeletedAlias): Promise<void> =>
      ctx.db.transaction(async (tx) => {
        const model = await getModelRow(tx.query, ref)
        await updateModelRow(tx.query, model.id, { updatedAt: ctx.clock.now() })
        await removeAlias(ctx, tx, { model, alias, reason, movedBy })
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

interface DeletedAlias {
  readonly model: string
  readonly alias: string
  readonly reason?: string | undefined
  readonly movedBy?: string | undefined
}
