import { currentActor } from '../../kernel/actor.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, insertDecision, listWaiting } from './decision-store.ts'
import { wakeAt } from './jobs.ts'
import type { Policy } from './model.ts'
import { announce } from './move.ts'

type NewDecision = Pick<DecisionRecord, 'kind' | 'key' | 'state' | 'summary'> & Partial<DecisionRecord>

/** Opens a decision, once per policy, kind and key. */
export async function openDecision(ctx: AutomationContext, policy: Policy, decision: NewDecision): Promise<void> {
  const at = ctx.platform.clock.now()
  const record: DecisionRecord = {
    ...decision,
    id: ctx.platform.ids('dec'),
    policy: policy.name,
    policyId: policy.id,
    history: [{ state: decision.state, at, why: decision.summary, actor: currentActor() }],
    evidence: {},
    createdAt: at,
    updatedAt: at,
  }
  await ctx.db.transaction(async (tx) => {
    if (!(await insertDecision(tx.query, record))) return
    await announce(ctx, tx, record)
    await wakeAt(ctx, tx, record.id)
  })
}

/** Looks again at the open decisions that wait for what just happened. */
export async function wakeDecisions(ctx: AutomationContext, by: Parameters<typeof listWaiting>[1]): Promise<void> {
  const waiting = await listWaiting(ctx.db.read, by)
  if (waiting.length === 0) return
  await ctx.db.transaction(async (tx) => {
    for (const { id } of waiting) await wakeAt(ctx, tx, id)
  })
}
