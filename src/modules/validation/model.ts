import { z } from 'zod'
import { Actor } from '../../kernel/actor.ts'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

export const GateName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, . _ - and space')

const metric = z.string().min(1).max(250)

/**
 * One condition on a candidate's metrics. `notWorseThan` names another metric of the same evaluation, usually the
 * champion's on the same data; it is passed over while the model has no champion to compare with.
 */
export const Rule = z.union([
  z.strictObject({ metric, atLeast: z.number() }),
  z.strictObject({ metric, atMost: z.number() }),
  z.strictObject({
    metric,
    notWorseThan: metric,
    by: z.number().min(0).default(0).describe('How much worse is still accepted.'),
    better: z.enum(['higher', 'lower']).default('higher').describe('Which direction of the metric is good.'),
  }),
])
export type Rule = z.infer<typeof Rule>

export const GateDefinition = z.object({
  name: GateName,
  model: z.string().min(1).describe('Name of the model whose versions pass this gate.'),
  rules: z.array(Rule).min(1, 'a gate without rules would let everything pass').max(100),
})
export type GateDefinition = z.infer<typeof GateDefinition>

export const Gate = GateDefinition.extend({ id: z.string(), createdAt: z.number(), updatedAt: z.number() })
export type Gate = z.infer<typeof Gate>

export const Check = z.object({
  rule: Rule,
  value: z.number().optional().describe('Absent when the metric is missing or not a number.'),
  bound: z.number().optional(),
  passed: z.boolean(),
  skipped: z.boolean().optional().describe('True for a comparison that has no champion to compare with.'),
  why: z.string(),
})
export type Check = z.infer<typeof Check>

export const Verdict = z.object({
  id: z.string(),
  gate: z.string(),
  gateId: z.string(),
  model: z.string(),
  modelVersionId: z.string(),
  championId: z.string().optional().describe('The model version that was champion when this was decided.'),
  passed: z.boolean(),
  checks: z.array(Check),
  metrics: z.record(z.string(), z.number()),
  subject: z.string().optional().describe('Id of what asked for the verdict.'),
  summary: z.string(),
  decidedAt: z.number(),
  actor: Actor.describe('In whose name it was decided.'),
})
export type Verdict = z.infer<typeof Verdict>

export const gateDecided = defineEvent(
  'validation.gate.decided',
  'A gate let a model version pass, or refused it.',
  z.object({
    verdictId: z.string(),
    gate: z.string(),
    model: z.string(),
    modelVersionId: z.string(),
    passed: z.boolean(),
    summary: z.string(),
  }),
  { sentence: 'Gate {gate} {passed, either, let a version pass, refused a version}: {summary}' },
)

export const validationErrors = defineErrors({
  gate_not_found: ['not_found', 'Gate {gate} does not exist.', 'slipway gates list'],
  gate_model_mismatch: [
    'invalid',
    'Gate {gate} is for versions of {expected}, but {modelVersion} is a version of {actual}.',
  ],
  verdict_not_found: ['not_found', 'Verdict {verdict} does not exist.', 'slipway verdicts list'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof validationErrors> {}
}
