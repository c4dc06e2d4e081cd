import { actions } from './actions.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, findDecision } from './decision-store.ts'
import { isOpen } from './model.ts'
import { findPolicy } from './policy-store.ts'

/**
 * Takes a decision as far as it can go now. After a crash anywhere the same steps lead to the same end.
 */
export async function advance(ctx: AutomationContext, decisionId: string): Promise<void> {
  let decision = await findDecision(ctx.db.read, decisionId)
  while (decision !== undefined && isOpen(decision.state) && decision.state !== 'awaitingApproval') {
    decision = await step(ctx, decision)
  }
}

async function step(ctx: AutomationContext, decision: DecisionRecord): Promise<DecisionRecord | undefined> {
  const policy = await findPolicy(ctx.db.read, decision.policyId)
  return actions[decision.kind].step(ctx, decision, policy)
}
