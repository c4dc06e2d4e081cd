import { findRule } from './alias-rule-store.ts'
import * as store from './alias-store.ts'
import type { RegistryContext, RegistryTx } from './context.ts'
import { aliasMoved, registryErrors } from './model.ts'
import type { AliasChange } from './requests.ts'

export type AuditedMove = Pick<AliasChange, 'alias' | 'reason' | 'evidence' | 'movedBy'> & {
  readonly modelId: string
  readonly from: number | undefined
  readonly to: number | undefined
}

/** One line of the audit: who moved an alias, when, why, and on what evidence. */
export async function recordMove(ctx: RegistryContext, tx: RegistryTx, move: AuditedMove): Promise<void> {
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

export interface RemovedAlias {
  readonly model: { readonly id: string; readonly name: string }
  readonly alias: string
  readonly reason: string
  readonly movedBy?: string | undefined
}

/** Takes an alias away, on record. Throws `alias_protected` when it has a rule; one that is not there changes nothing. */
export async function removeAlias(ctx: RegistryContext, tx: RegistryTx, removed: RemovedAlias): Promise<void> {
  const { model, alias, reason, movedBy } = removed
  const from = await store.findAlias(tx.query, model.id, alias)
  if (from === undefined) return
  if ((await findRule(tx.query, model.id, alias)) !== undefined) {
    throw registryErrors.alias_protected({ alias, model: model.name })
  }
  await store.removeAlias(tx.query, model.id, alias)
  await recordMove(ctx, tx, { modelId: model.id, alias, from, to: undefined, reason, movedBy })
  await ctx.events.emit(tx, aliasMoved, model.id, { model: model.name, alias, from, reason })
}
