import type { AutomationContext } from './context.ts'
import { type DecisionRecord, findDecision } from './decision-store.ts'
import { stepDelivery } from './deliver.ts'
import { isOpen } from './model.ts'
import { findPolicy } from './policy-store.ts'
import { stepRetraining } from './retrain.ts'

/**
 * Takes a decision as far as it can go now. Every step first acts through a door with a key that makes repetition
 * harmless, then writes its state; so after a crash anywhere the same steps lead to the same end.
 */
export async function advance(ctx: AutomationContext, decisionId: string): Promise<void> {
  let decision = await findDecision(ctx.db.read, decisionId)
  while (decision !== undefined && isOpen(decision.state) && decision.state !== 'awaitingApproval') {
    decision = await step(ctx, decision)
  }
}

async function step(ctx: AutomationContext, decision: DecisionRecord): Promise<DecisionRecord | undefined> {
  const policy = await findPolicy(ctx.db.read, decision.policyId)
  return decision.kind === 'retrain' ? stepRetraining(ctx, decision, policy) : stepDelivery(ctx, decision, policy)
}
