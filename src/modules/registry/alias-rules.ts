import type { JsonObject } from '../../kernel/json.ts'
import {
  type AliasCheck,
  type AliasRule,
  type Approval,
  aliasApproved,
  checkRule,
  type GateVerdict,
} from './alias-rule.ts'
import * as store from './alias-rule-store.ts'
import type { RegistryContext, RegistryTx } from './context.ts'
import { checkAliasName, registryErrors } from './model.ts'
import { getModelRow } from './models.ts'
import type { NamedVersionRow } from './version-store.ts'
import { getVersionRow } from './versions.ts'

export interface NewAliasRule {
  readonly model: string
  readonly alias: string
  readonly gates?: readonly string[] | undefined
  readonly approvals?: number | undefined
  readonly by?: string | undefined
}

export interface NewApproval {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly comment?: string | undefined
  readonly by: string
}

export interface AliasQuestion {
  readonly model: string
  readonly alias: string
  readonly version: number
}

/** Throws `alias_move_refused` when the rule of the alias asks for more than there is; answers what satisfied it. */
export async function requireAllowed(
  ctx: RegistryContext,
  tx: RegistryTx,
  asked: { alias: string; version: NamedVersionRow },
): Promise<JsonObject | undefined> {
  const check = await checkMove(ctx, tx, asked)
  if (check === undefined) return undefined
  const { model, version } = asked.version
  if (!check.isAllowed) {
    const missing = check.missing.join('; ')
    throw registryErrors.alias_move_refused({ alias: asked.alias, model, version, missing })
  }
  return { verdicts: check.verdicts, approvals: check.approvals.map(({ by, comment, at }) => ({ by, comment, at })) }
}

/** Undefined for an alias without a rule. */
async function checkMove(
  { gates }: RegistryContext,
  tx: RegistryTx,
  { alias, version }: { alias: string; version: NamedVersionRow },
): Promise<AliasCheck | undefined> {
  const rule = await store.findRule(tx.query, version.modelId, alias)
  if (rule === undefined) return undefined
  const verdicts: GateVerdict[] = []
  for (const gate of rule.gates) {
    const verdict = await gates.find(tx, gate, version.id)
    if (verdict !== undefined) verdicts.push(verdict)
  }
  const approvals = await store.listApprovals(tx.query, version.id, alias)
  return checkRule(rule, { version: version.version, verdicts, approvals })
}

export function createAliasRules(ctx: RegistryContext) {
  return {
    protectAlias: async (input: NewAliasRule): Promise<AliasRule> => {
      checkAliasName(input.alias)
      const { gates = [], approvals = 0 } = input
      if (gates.length === 0 && approvals === 0) throw registryErrors.alias_rule_empty({ alias: input.alias })
      return ctx.db.transaction(async (tx) => {
        const { id } = await getModelRow(tx.query, input.model)
        const createdAt = ctx.clock.now()
        const rule = {
          alias: input.alias,
          gates: [...new Set(gates)],
          approvals,
          createdBy: input.by ?? 'system',
          createdAt,
        }
        await store.putRule(tx.query, id, rule)
        return (await store.findRule(tx.query, id, input.alias)) ?? rule
      })
    },

    unprotectAlias: (model: string, alias: string): Promise<void> =>
      ctx.db.transaction(async (tx) => store.removeRule(tx.query, (await getModelRow(tx.query, model)).id, alias)),

    listAliasRules: async (model: string): Promise<AliasRule[]> =>
      store.listRules(ctx.db.read, (await getModelRow(ctx.db.read, model)).id),

    checkAlias: ({ model, alias, version }: AliasQuestion): Promise<AliasCheck> =>
      ctx.db.transaction(async (tx) => {
        const row = await getVersionRow(tx.query, `${model}/${version}`)
        const free = { alias, version, isAllowed: true, missing: [], verdicts: [], approvals: [] }
        return (await checkMove(ctx, tx, { alias, version: row })) ?? free
      }),

    approve: ({ model, alias, version, comment = '', by }: NewApproval): Promise<Approval[]> =>
      ctx.db.transaction(async (tx) => {
        checkAliasName(alias)
        const row = await getVersionRow(tx.query, `${model}/${version}`)
        const { modelId, id: versionId } = row
        const isNew = await store.insertApproval(tx.query, {
          modelId,
          versionId,
          alias,
          by,
          comment,
          at: ctx.clock.now(),
        })
        if (isNew) {
          const payload = { model: row.model, alias, version, modelVersionId: versionId, by }
          await ctx.events.emit(tx, aliasApproved, versionId, payload)
        }
        return store.listApprovals(tx.query, versionId, alias)
      }),

    withdrawApproval: ({ model, alias, version, by }: AliasQuestion & { by: string }): Promise<Approval[]> =>
      ctx.db.transaction(async (tx) => {
        const { id: versionId } = await getVersionRow(tx.query, `${model}/${version}`)
        await store.removeApproval(tx.query, { versionId, alias, by })
        return store.listApprovals(tx.query, versionId, alias)
      }),
  }
}
