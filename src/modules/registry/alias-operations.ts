import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { AliasCheck, AliasRule, Approval } from './alias-rule.ts'
import { AliasName } from './model.ts'
import type { Registry } from './service.ts'

const model = z.string().min(1).max(256).describe('Name or id of the model.')
const alias = AliasName
const version = z.coerce.number().int().min(1)
const versionErrors = ['model_not_found', 'model_version_not_found'] as const

export const protectAlias = operation({
  name: 'models.aliases.protect',
  http: 'PUT /v1/models/{model}/aliases/{alias}/rule',
  summary: 'Let an alias move only to versions that gates passed or people approved.',
  description:
    'Replaces the rule that was there. An alias that has a rule cannot be removed, nor the version it points at.',
  input: z.object({
    model,
    alias,
    gates: z.array(z.string().min(1).max(256)).max(20).optional().describe('Gates that must have passed the version.'),
    approvals: z.coerce.number().int().min(0).max(20).optional().describe('How many people must approve.'),
  }),
  output: AliasRule,
  errors: ['model_not_found', 'alias_rule_empty'],
  allow: 'models:admin',
  subject: 'model:{model}/aliases/{alias}',
  cli: {
    args: ['model', 'alias'],
    examples: ['slipway models aliases protect flight-delay champion --gates quality --approvals 2'],
  },
  run: (registry: Registry, input, call) => registry.protectAlias({ ...input, by: call.principal.id }),
})

export const unprotectAlias = operation({
  name: 'models.aliases.unprotect',
  http: 'DELETE /v1/models/{model}/aliases/{alias}/rule',
  summary: 'Let an alias move freely again.',
  input: z.object({ model, alias }),
  output: Nothing,
  errors: ['model_not_found'],
  allow: 'models:admin',
  subject: 'model:{model}/aliases/{alias}',
  run: async (registry: Registry, input) => {
    await registry.unprotectAlias(input.model, input.alias)
    return {}
  },
})

export const listAliasRules = operation({
  name: 'models.aliases.rules',
  http: 'GET /v1/models/{model}/alias-rules',
  summary: 'The rules of the protected aliases of a model.',
  input: z.object({ model }),
  output: z.object({ items: z.array(AliasRule) }),
  errors: ['model_not_found'],
  allow: 'models:read',
  subject: 'model:{model}',
  run: async (registry: Registry, input) => ({ items: await registry.listAliasRules(input.model) }),
})

export const checkAlias = operation({
  name: 'models.aliases.check',
  http: 'GET /v1/models/{model}/aliases/{alias}/check',
  summary: 'Whether an alias may move to a version, and what is missing.',
  input: z.object({ model, alias, version }),
  output: AliasCheck,
  errors: versionErrors,
  allow: 'models:read',
  subject: 'model:{model}/aliases/{alias}',
  cli: { args: ['model', 'alias', 'version'] },
  run: (registry: Registry, input) => registry.checkAlias(input),
})

const approvals = z.object({ items: z.array(Approval) })

export const approve = operation({
  name: 'models.approve',
  http: 'POST /v1/models/{model}/aliases/{alias}/approvals',
  summary: 'Approve that a protected alias moves to a version.',
  description: 'Each caller counts once. It moves nothing by itself.',
  input: z.object({ model, alias, version, comment: z.string().max(2000).optional() }),
  output: approvals,
  errors: versionErrors,
  allow: 'models:write',
  subject: 'model:{model}/aliases/{alias}',
  cli: {
    args: ['model', 'alias', 'version'],
    examples: ['slipway models approve flight-delay champion 3 --comment "looked at the slices"'],
  },
  run: async (registry: Registry, input, call) => ({
    items: await registry.approve({ ...input, by: call.principal.id }),
  }),
})

export const withdraw = operation({
  name: 'models.withdraw',
  http: 'DELETE /v1/models/{model}/aliases/{alias}/approvals',
  summary: 'Take back your own approval; a move that has happened stays.',
  input: z.object({ model, alias, version }),
  output: approvals,
  errors: versionErrors,
  allow: 'models:write',
  subject: 'model:{model}/aliases/{alias}',
  cli: { args: ['model', 'alias', 'version'] },
  run: async (registry: Registry, input, call) => ({
    items: await registry.withdrawApproval({ ...input, by: call.principal.id }),
  }),
})

export const aliasOperations = [protectAlias, unprotectAlias, listAliasRules, checkAlias, approve, withdraw]
