/**
 * Automation: closes the loop. An alert becomes a retraining; a candidate becomes, through its gate and a canary
 * rollout, the new champion, or stays what it was with the reason written down.
 *
 * Owns policies and decisions. Promises: one retraining per alert and one delivery per candidate, also after a crash
 * between any two steps; no retraining within the cooldown or while one runs; the alias `champion` moves only after the
 * deployment serves the version; every decision says in sentences what was replaced by what, on what evidence.
 * It acts only through the doors of other modules.
 *
 * Emits automation.decision.made.
 */
import { defineModule } from '../../platform/platform.ts'
import { delivery } from '../delivery/index.ts'
import { monitoring } from '../monitoring/index.ts'
import { pipelines } from '../pipelines/index.ts'
import { registry } from '../registry/index.ts'
import { serving } from '../serving/index.ts'
import { tracking } from '../tracking/index.ts'
import { validation } from '../validation/index.ts'
import { advance } from './advance.ts'
import type { AutomationContext } from './context.ts'
import { createAutomation } from './create.ts'
import { automationJobs } from './jobs.ts'
import { automationLineage } from './lineage.ts'
import { decisionMade } from './model.ts'
import { automationOperations } from './operations.ts'
import { deploymentCanary, policyResource } from './project-section.ts'
import { automationSubscriptions } from './reactions.ts'
import { automationMigrations } from './tables.ts'

export { Decision, decisionMade, Policy, PolicyDefinition } from './model.ts'
export type { Automation } from './service.ts'

export const automation = defineModule({
  name: 'automation',
  needs: { tracking, registry, pipelines, serving, delivery, validation, monitoring },
  config: {},
  migrations: automationMigrations,
  events: [decisionMade],
  operations: automationOperations,
  create: ({ platform, needs }) => {
    const ctx: AutomationContext = { platform, db: platform.db.typed(), ...needs }
    return { door: createAutomation(ctx), ctx }
  },
  declares: { resources: [policyResource], sectionFields: [deploymentCanary], lineage: automationLineage },
  jobs: ({ ctx }) => automationJobs((decisionId) => advance(ctx, decisionId)),
  subscriptions: ({ ctx }) => automationSubscriptions(ctx),
})
