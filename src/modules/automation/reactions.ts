import { type Subscription, subscribe } from '../../kernel/event.ts'
import { rolloutPromoted, rolloutRolledBack } from '../delivery/index.ts'
import { alertCleared, alertRaised } from '../monitoring/index.ts'
import { runFinished } from '../pipelines/index.ts'
import { aliasApproved } from '../registry/index.ts'
import { deploymentChanged } from '../serving/index.ts'
import type { Action } from './action.ts'
import { actions } from './actions.ts'
import type { AutomationContext } from './context.ts'
import { wakeDecisions } from './open-decision.ts'

/** What happens elsewhere becomes decisions, or wakes those that wait for it. A second delivery changes nothing. */
export function automationSubscriptions(ctx: AutomationContext): Subscription[] {
  const wakeDeployment = ({ payload: { deployment } }: { readonly payload: { readonly deployment: string } }) =>
    wakeDecisions(ctx, { deployment })
  return [
    subscribe('automation.alerts', alertRaised, ({ payload }) => each((action) => action.onAlert?.(ctx, payload))),
    subscribe('automation.clearings', alertCleared, ({ payload }) => wakeDecisions(ctx, { alertId: payload.alertId })),
    subscribe('automation.runs', runFinished, ({ payload }) => each((action) => action.onRunFinished?.(ctx, payload))),
    subscribe('automation.promotions', rolloutPromoted, wakeDeployment),
    subscribe('automation.rollbacks', rolloutRolledBack, wakeDeployment),
    subscribe('automation.approvals', aliasApproved, () => each((action) => action.onAliasApproved?.(ctx))),
    subscribe('automation.deployments', deploymentChanged, wakeDeployment),
  ]
}

async function each(tell: (action: Action) => Promise<void> | undefined): Promise<void> {
  for (const action of Object.values(actions)) await tell(action)
}
