import { currentActor } from '../../kernel/actor.ts'
import { isUniqueViolation, type TypedTx } from '../../platform/db/index.ts'
import type { AutomationContext } from './context.ts'
import { type DecisionRecord, updateDecision } from './decision-store.ts'
import { type DecisionState, decisionMade } from './model.ts'
import type { AutomationTables } from './tables.ts'

export interface Move {
  /** Absent: the state stays, something else became known. */
  readonly state?: DecisionState
  /** One sentence for the history. */
  readonly why: string
  /** The summary of the decision from now on; default `why`. */
  readonly summary?: string
  readonly changes?: Partial<DecisionRecord>
  /** More that becomes true in the same transaction. */
  readonly alongside?: (tx: TypedTx<AutomationTables>) => Promise<unknown>
}

/**
 * Takes a decision to its next state: the row, its history and the event in one transaction. Answers the decision as it
 * is then; undefined when somebody else moved it meanwhile, or the database allows no second retraining of the policy.
 */
export async function move(
  ctx: AutomationContext,
  before: DecisionRecord,
  step: Move,
): Promise<DecisionRecord | undefined> {
  const at = ctx.platform.clock.now()
  const state = step.state ?? before.state
  const after: DecisionRecord = {
    ...before,
    ...step.changes,
    state,
    summary: step.summary ?? step.why,
    history: [...before.history, { state, at, why: step.why, actor: currentActor() }],
    updatedAt: at,
  }
  const write = ctx.db.transaction(async (tx) => {
    if (!(await updateDecision(tx.query, before, after))) return undefined
    await step.alongside?.(tx)
    if (state !== before.state) await announce(ctx, tx, after)
    return after
  })
  return write.catch((error: unknown) => {
    if (isUniqueViolation(error)) return undefined
    throw error
  })
}

/** Notes why a decision waits, once: the same reason again changes nothing. The summary keeps what it was about. */
export async function note(
  ctx: AutomationContext,
  decision: DecisionRecord,
  { why, ...more }: Pick<Move, 'why' | 'changes' | 'alongside'>,
): Promise<undefined> {
  if (decision.history.at(-1)?.why === why) return
  const about = decision.history.findLast((step) => !step.why.startsWith('waiting: '))?.why ?? decision.summary
  const summary = `${about.replace(/\.$/, '')}. It is ${why}.`
  await move(ctx, decision, { ...more, why, summary })
}

export async function announce(
  ctx: AutomationContext,
  tx: TypedTx<AutomationTables>,
  decision: DecisionRecord,
): Promise<void> {
  const { id: decisionId, policy, kind, state, summary, alertId, pipelineRunId, modelVersionId, rolloutId } = decision
  const payload = { decisionId, policy, kind, state, summary, alertId, pipelineRunId, modelVersionId, rolloutId }
  await ctx.platform.events.emit(tx, decisionMade, decisionId, payload)
}
