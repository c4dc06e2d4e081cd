import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Erasure, RetentionReport, RetentionRule } from './model.ts'
import type { Retention } from './service.ts'

const scope = z
  .string()
  .min(1)
  .max(500)
  .describe('Id or name of an experiment, `team/vision/*` for a folder of experiments, `*` for all.')

const set = operation({
  name: 'retention.rules.set',
  http: 'PUT /v1/retention/rules',
  summary: 'Say which runs of an experiment, a folder or everywhere are kept.',
  description:
    'A run is kept that meets any of the conditions; the most particular rule counts. Once a day the others are removed for good, with what was logged into them. Never removed: runs under way or with the tag `pinned`, and runs that a model version or a deployment came from. Look first: slipway retention apply.',
  input: z.object({
    scope,
    keepNewest: z.number().int().min(0).max(1_000_000).optional().describe('So many of the newest runs.'),
    keepDays: z.number().min(0).max(36_500).optional().describe('Runs that began so many days ago or later.'),
    keepTags: z.array(z.string().min(1).max(500)).max(100).optional().describe('`golden`, or `stage=final`.'),
  }),
  output: RetentionRule,
  errors: ['retention_rule_empty', 'experiment_not_found'],
  allow: 'runs:admin',
  subject: 'retention',
  cli: {
    args: ['scope'],
    examples: ['slipway retention rules set churn --keep-newest 100 --keep-days 30 --keep-tags golden'],
  },
  run: (retention: Retention, input, call) => retention.setRule({ ...input, updatedBy: call.principal.id }),
})

const list = operation({
  name: 'retention.rules.list',
  http: 'GET /v1/retention/rules',
  summary: 'List the rules of retention.',
  input: z.object({}),
  output: z.object({ items: z.array(RetentionRule) }),
  allow: 'runs:read',
  subject: 'retention',
  run: async (retention: Retention) => ({ items: await retention.listRules() }),
})

const remove = operation({
  name: 'retention.rules.delete',
  http: 'DELETE /v1/retention/rules',
  summary: 'Remove a rule: what only it was about is kept again.',
  input: z.object({ scope }),
  output: Nothing,
  errors: ['retention_rule_not_found'],
  allow: 'runs:admin',
  subject: 'retention',
  cli: { args: ['scope'] },
  run: async (retention: Retention, input) => {
    await retention.deleteRule(input.scope)
    return {}
  },
})

const apply = operation({
  name: 'retention.apply',
  http: 'POST /v1/retention/apply',
  summary: 'Show which runs no rule keeps, or remove them now.',
  description: 'Only looks, unless dryRun is false. What is removed is on record: slipway retention erasures.',
  input: z.object({
    experiment: z.string().min(1).max(500).optional().describe('Id or name; default all.'),
    dryRun: z.boolean().default(true),
  }),
  output: RetentionReport,
  errors: ['experiment_not_found'],
  allow: 'runs:admin',
  subject: 'retention',
  cli: { args: ['experiment'], examples: ['slipway retention apply churn', 'slipway retention apply --dry-run false'] },
  run: (retention: Retention, { experiment, dryRun }, call) =>
    retention.apply({ experiment, isDryRun: dryRun, erasedBy: call.principal.id, signal: call.signal }),
})

const erasures = operation({
  name: 'retention.erasures',
  http: 'GET /v1/retention/erasures',
  summary: 'List the runs that were removed because no rule kept them, newest first.',
  input: z.object({ ...pageQuery }),
  output: pageOf(Erasure),
  allow: 'runs:read',
  subject: 'retention',
  run: (retention: Retention, input) => retention.listErasures(input),
})

export const retentionOperations = [set, list, remove, apply, erasures]
