import { z } from 'zod'
import { Actor } from '../../kernel/actor.ts'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'
import { RolloutAnalysis, RolloutReplay, RolloutStep } from '../delivery/index.ts'

export const PolicyName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, . _ - and space')

/** When one of these monitors raises an alert, run the pipeline; once per alert, not more often than the cooldown. */
export const Retrain = z.object({
  on: z.array(z.string()).min(1).describe('Names of monitors.'),
  pipeline: z.string().min(1),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  cooldownMs: z.number().int().min(0).default(3_600_000).describe('Least time between two retrainings of this policy.'),
})

export const Canary = z.object({
  steps: z.array(RolloutStep).min(1).max(20),
  analysis: RolloutAnalysis.prefault({}),
  replay: RolloutReplay.optional().describe('Recorded requests that the candidate answers before it gets a live one.'),
  overdueAfterMs: z
    .number()
    .int()
    .min(1)
    .default(86_400_000)
    .describe('A rollout older than this is shown as overdue.'),
})

export type Canary = z.infer<typeof Canary>

/** What happens to a model version that the pipeline made, whatever started the run. */
export const Deliver = z.object({
  model: z.string().min(1),
  pipeline: z.string().min(1),
  gate: z.string().min(1),
  deployment: z.string().min(1),
  canary: Canary,
  approval: z
    .enum(['automatic', 'required'])
    .default('automatic')
    .describe('required: a person approves after the gate.'),
})

export type Deliver = z.infer<typeof Deliver>

export const PolicyDefinition = z
  .object({ name: PolicyName, retrain: Retrain.optional(), deliver: Deliver.optional() })
  .refine(
    (value) => value.retrain !== undefined || value.deliver !== undefined,
    'a policy needs retrain, deliver or both',
  )
export type PolicyDefinition = z.infer<typeof PolicyDefinition>

export const Policy = z.object({
  id: z.string(),
  name: PolicyName,
  retrain: Retrain.optional(),
  deliver: Deliver.optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Policy = z.infer<typeof Policy>

/**
 * States of a decision. Retraining: waiting (cooldown, or a run is under way) -> requested -> finished | failed,
 * or dropped when the alert cleared while waiting. Delivery: candidate -> refused, or awaitingApproval -> declined, or
 * deploying -> deployed (the first version), or rollingOut -> promoted | rolledBack; superseded by a newer candidate.
 */
export const retrainStates = ['waiting', 'requested', 'finished', 'failed', 'dropped'] as const
export const deliverStates = [
  'candidate',
  'refused',
  'awaitingApproval',
  'declined',
  'deploying',
  'deployed',
  'rollingOut',
  'promoted',
  'rolledBack',
  'superseded',
  'failed',
] as const
export const DecisionState = z.enum([...new Set([...retrainStates, ...deliverStates])])
export type DecisionState = z.infer<typeof DecisionState>

const openStates: readonly DecisionState[] = [
  'waiting',
  'requested',
  'candidate',
  'awaitingApproval',
  'deploying',
  'rollingOut',
]

export function isOpen(state: DecisionState): boolean {
  return openStates.includes(state)
}

export const DecisionStep = z.object({
  state: DecisionState,
  at: z.number(),
  why: z.string(),
  actor: Actor.optional().describe('In whose name; absent in steps of before this was kept.'),
})
export type DecisionStep = z.infer<typeof DecisionStep>

/** What a policy can do; each kind has its action. */
export const DecisionKind = z.enum(['retrain', 'deliver'])
export type DecisionKind = z.infer<typeof DecisionKind>

export const Decision = z.object({
  id: z.string(),
  kind: DecisionKind,
  policy: z.string(),
  policyId: z.string(),
  state: DecisionState,
  summary: z.string().describe('What was decided and on what evidence, in sentences.'),
  history: z.array(DecisionStep),
  alertId: z.string().optional(),
  monitor: z.string().optional(),
  pipelineRunId: z.string().optional(),
  model: z.string().optional(),
  modelVersionId: z.string().optional().describe('The candidate.'),
  replacedModelVersionId: z.string().optional().describe('The champion before.'),
  verdictId: z.string().optional(),
  deployment: z.string().optional(),
  rolloutId: z.string().optional(),
  evidence: z.record(z.string(), z.unknown()).describe('Numbers of the gate and of the rollout’s analysis.'),
  dueAt: z.number().optional().describe('When a waiting retraining is tried, or when a rollout counts as overdue.'),
  overdue: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Decision = z.infer<typeof Decision>

export const decisionMade = defineEvent(
  'automation.decision.made',
  'A decision reached a new state: a retraining was requested, a candidate refused, deployed, promoted or rolled back.',
  z.object({
    decisionId: z.string(),
    policy: z.string(),
    kind: DecisionKind,
    state: DecisionState,
    summary: z.string(),
    alertId: z.string().optional(),
    pipelineRunId: z.string().optional(),
    modelVersionId: z.string().optional(),
    rolloutId: z.string().optional(),
  }),
  { sentence: '{summary}' },
)

export const automationErrors = defineErrors({
  policy_empty: ['invalid', 'Policy {policy} does nothing: it needs retrain, deliver or both.'],
  policy_not_found: ['not_found', 'Policy {policy} does not exist.', 'slipway policies list'],
  decision_not_found: ['not_found', 'Decision {decision} does not exist.', 'slipway decisions list'],
  decision_not_waiting: [
    'conflict',
    'Decision {decision} is {state}; only one that is awaitingApproval can be approved or declined.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof automationErrors> {}
}
