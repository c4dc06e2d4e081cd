import { canonicalJson } from '../../kernel/json.ts'
import { actions } from './actions.ts'
import type { AutomationContext } from './context.ts'
import type { DecisionRecord } from './decision-store.ts'
import * as decisions from './decision-store.ts'
import { route } from './deliver.ts'
import { wakeAt } from './jobs.ts'
import { automationErrors, type Decision, isOpen, type Policy, type PolicyDefinition } from './model.ts'
import { move } from './move.ts'
import * as policies from './policy-store.ts'
import type { Answer, Automation } from './service.ts'

export function createAutomation(ctx: AutomationContext): Automation {
  const { db, platform } = ctx

  async function getPolicy(name: string): Promise<Policy> {
    const policy = await policies.findPolicy(db.read, name)
    if (policy === undefined) throw automationErrors.policy_not_found({ policy: name })
    return policy
  }

  async function applyPolicy(definition: PolicyDefinition): Promise<Policy> {
    const { name, retrain, deliver } = definition
    if (retrain === undefined && deliver === undefined) throw automationErrors.policy_empty({ policy: name })
    const known = await policies.findPolicy(db.read, name)
    if (known !== undefined && canonicalJson([known.retrain, known.deliver]) === canonicalJson([retrain, deliver])) {
      return known
    }
    const now = platform.clock.now()
    const policy: Policy = { id: platform.ids('pol'), name, retrain, deliver, createdAt: now, updatedAt: now }
    await db.transaction((tx) => policies.upsertPolicy(tx.query, policy))
    return getPolicy(name)
  }

  async function find(id: string): Promise<DecisionRecord> {
    const decision = await decisions.findDecision(db.read, id)
    if (decision === undefined) throw automationErrors.decision_not_found({ decision: id })
    return decision
  }

  function show({ key: _key, ...decision }: DecisionRecord): Decision {
    const isLate = decision.dueAt !== undefined && decision.dueAt < platform.clock.now()
    return { ...decision, overdue: isLate && isOpen(decision.state) && actions[decision.kind].isOverdueWhenDue }
  }

  async function awaiting(id: string): Promise<DecisionRecord> {
    const decision = await find(id)
    if (decision.state !== 'awaitingApproval') {
      throw automationErrors.decision_not_waiting({ decision: id, state: decision.state })
    }
    return decision
  }

  async function approve(answer: Answer): Promise<Decision> {
    const decision = await awaiting(answer.decision)
    const next = await route(ctx, await ctx.registry.resolve(decision.modelVersionId ?? ''))
    const approval = { by: answer.by, comment: answer.comment, at: platform.clock.now() }
    await move(ctx, decision, {
      ...next,
      why: `approved by ${answer.by}${comment(answer)}. ${next.why}`,
      changes: { ...next.changes, evidence: { ...decision.evidence, approval } },
      alongside: (tx) => wakeAt(ctx, tx, decision.id),
    })
    return show(await find(decision.id))
  }

  async function decline(answer: Answer): Promise<Decision> {
    const decision = await awaiting(answer.decision)
    await move(ctx, decision, { state: 'declined', why: `declined by ${answer.by}${comment(answer)}` })
    return show(await find(decision.id))
  }

  return {
    applyPolicy,
    getPolicy,
    approve,
    decline,
    listPolicies: (query) => policies.listPolicies(db.read, query),
    async deletePolicy(name) {
      const policy = await getPolicy(name)
      await db.transaction((tx) => policies.deletePolicy(tx.query, policy.id))
    },
    async listDecisions(query) {
      const page = await decisions.listDecisions(db.read, query)
      return { ...page, items: page.items.map(show) }
    },
    getDecision: async (id) => show(await find(id)),
  }
}

function comment(answer: Answer): string {
  return answer.comment === undefined ? '' : ` (${answer.comment})`
}
