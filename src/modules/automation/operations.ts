import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Decision, DecisionKind, DecisionState, Deliver, Policy, PolicyName, Retrain } from './model.ts'
import type { Automation } from './service.ts'

export const applyPolicy = operation({
  name: 'policies.apply',
  http: 'PUT /v1/policies/{name}',
  summary: 'Create a policy, or change the one of this name.',
  input: z.object({ name: PolicyName, retrain: Retrain.optional(), deliver: Deliver.optional() }),
  output: Policy,
  errors: ['policy_empty'],
  allow: 'policies:write',
  subject: 'policy:{name}',
  run: (service: Automation, input) => service.applyPolicy(input),
})

export const getPolicy = operation({
  name: 'policies.get',
  http: 'GET /v1/policies/{name}',
  summary: 'One policy.',
  input: z.object({ name: z.string() }),
  output: Policy,
  errors: ['policy_not_found'],
  allow: 'policies:read',
  subject: 'policy:{name}',
  run: (service: Automation, input) => service.getPolicy(input.name),
})

export const listPolicies = operation({
  name: 'policies.list',
  http: 'GET /v1/policies',
  summary: 'All policies, by name.',
  input: z.object({ ...pageQuery }),
  output: pageOf(Policy),
  allow: 'policies:read',
  subject: 'policies',
  run: (service: Automation, input) => service.listPolicies(input),
})

export const deletePolicy = operation({
  name: 'policies.delete',
  http: 'DELETE /v1/policies/{name}',
  summary: 'Delete a policy; its decisions are kept, a rollout under way still ends.',
  input: z.object({ name: z.string() }),
  output: Nothing,
  errors: ['policy_not_found'],
  allow: 'policies:write',
  subject: 'policy:{name}',
  run: (service: Automation, input) => service.deletePolicy(input.name).then(() => ({})),
})

export const listDecisions = operation({
  name: 'decisions.list',
  http: 'GET /v1/decisions',
  summary: 'What automation decided and why, newest first.',
  input: z.object({
    ...pageQuery,
    policy: z.string().optional(),
    kind: DecisionKind.optional(),
    state: DecisionState.optional(),
    modelVersionId: z.string().optional(),
  }),
  output: pageOf(Decision),
  allow: 'policies:read',
  subject: 'decisions',
  run: (service: Automation, input) => service.listDecisions(input),
})

export const getDecision = operation({
  name: 'decisions.get',
  http: 'GET /v1/decisions/{decision}',
  summary: 'One decision with its history and evidence.',
  input: z.object({ decision: z.string() }),
  output: Decision,
  errors: ['decision_not_found'],
  allow: 'policies:read',
  subject: 'decision:{decision}',
  run: (service: Automation, input) => service.getDecision(input.decision),
})

export const approveDecision = operation({
  name: 'decisions.approve',
  http: 'POST /v1/decisions/{decision}/approve',
  summary: 'Let a candidate that passed its gate go on to its rollout.',
  input: z.object({ decision: z.string(), comment: z.string().max(2000).optional() }),
  output: Decision,
  errors: ['decision_not_found', 'decision_not_waiting'],
  allow: 'policies:admin',
  subject: 'decision:{decision}',
  run: (service: Automation, input, call) =>
    service.approve({ decision: input.decision, comment: input.comment, by: call.principal.id }),
})

export const declineDecision = operation({
  name: 'decisions.decline',
  http: 'POST /v1/decisions/{decision}/decline',
  summary: 'Stop a candidate that passed its gate and waits for approval.',
  input: z.object({ decision: z.string(), comment: z.string().max(2000).optional() }),
  output: Decision,
  errors: ['decision_not_found', 'decision_not_waiting'],
  allow: 'policies:admin',
  subject: 'decision:{decision}',
  run: (service: Automation, input, call) =>
    service.decline({ decision: input.decision, comment: input.comment, by: call.principal.id }),
})

export const automationOperations = [
  applyPolicy,
  getPolicy,
  listPolicies,
  deletePolicy,
  listDecisions,
  getDecision,
  approveDecision,
  declineDecision,
]
