import type { AutomationContext } from './context.ts'
import type { DecisionRecord } from './decision-store.ts'
import type { Policy } from './model.ts'

/**
 * A kind of thing that a policy can have done: what opens a decision of this kind, and how such a decision goes on.
 * Events come at least once, so a second telling of the same changes nothing.
 */
export interface Action {
  /**
   * One step of a decision: first it acts, with a key that makes repetition harmless, then it writes its state. Answers
   * the decision when it moved and may go on, undefined when it has to wait or has ended.
   */
  step(
    ctx: AutomationContext,
    decision: DecisionRecord,
    policy: Policy | undefined,
  ): Promise<DecisionRecord | undefined>
  /** Whether an open decision is overdue once its time has come; otherwise it waits for that time. */
  readonly isOverdueWhenDue: boolean
  onAlert?(ctx: AutomationContext, alert: RaisedAlert): Promise<void>
  onRunFinished?(ctx: AutomationContext, run: FinishedRun): Promise<void>
  onAliasApproved?(ctx: AutomationContext): Promise<void>
}

export interface RaisedAlert {
  readonly alertId: string
  readonly monitor: string
  readonly runId?: string | undefined
  readonly summary: string
}

export interface FinishedRun {
  readonly pipelineRunId: string
  readonly pipeline: string
  readonly state: 'succeeded' | 'failed' | 'canceled'
  readonly modelVersionIds: readonly string[]
}
