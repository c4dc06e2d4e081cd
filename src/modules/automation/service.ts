import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Decision, DecisionKind, DecisionState, Policy, PolicyDefinition } from './model.ts'

/** The door of automation. */
export interface Automation {
  /** Creates or changes the policy of this name; the same definition again changes nothing. */
  applyPolicy(definition: PolicyDefinition): Promise<Policy>
  getPolicy(name: string): Promise<Policy>
  listPolicies(query: PageQuery): Promise<Page<Policy>>
  deletePolicy(name: string): Promise<void>
  listDecisions(query: DecisionQuery): Promise<Page<Decision>>
  getDecision(id: string): Promise<Decision>
  approve(answer: Answer): Promise<Decision>
  decline(answer: Answer): Promise<Decision>
}

export interface DecisionQuery extends PageQuery {
  readonly policy?: string | undefined
  readonly kind?: DecisionKind | undefined
  readonly state?: DecisionState | undefined
  readonly modelVersionId?: string | undefined
}

/** A person's answer to a decision that waits for approval. */
export interface Answer {
  readonly decision: string
  readonly comment?: string | undefined
  readonly by: string
}
