/**
 * Delivery: how a new version comes in. A rollout brings it in step by step and judges it on joined labels, errors and
 * latency; an A/B test compares versions on rewards until one is surely better; a bandit lets the weights follow the rewards.
 *
 * Promises: a decision, the numbers it stands on and the change of the weights are one transaction; data that is missing
 * never counts in favor of a candidate; whatever dies goes on where it was. Emits `serving.rollout.…`, `serving.abTest.…`
 * and `serving.bandit.…`.
 */
import { defineModule } from '../../platform/platform.ts'
import { predictions } from '../predictions/index.ts'
import { registry } from '../registry/index.ts'
import { scoring } from '../scoring/index.ts'
import { servables } from '../servables/index.ts'
import { serving } from '../serving/index.ts'
import { abTestEnded, abTestStarted } from './ab-tests/model.ts'
import { abTestOperations } from './ab-tests/operations.ts'
import { banditStarted, banditStopped } from './bandits/model.ts'
import { banditOperations } from './bandits/operations.ts'
import { createDelivery } from './create.ts'
import { rolloutAdvanced, rolloutPromoted, rolloutRolledBack, rolloutStarted } from './rollouts/model.ts'
import { rolloutOperations } from './rollouts/operations.ts'
import { deliveryMigrations } from './tables.ts'

export { AbTest, abTestEnded, abTestStarted } from './ab-tests/model.ts'
export { Bandit, banditStarted, banditStopped } from './bandits/model.ts'
export { deliveryMember } from './member.ts'
export { deliveryErrors } from './model.ts'
export {
  type NewRollout,
  Rollout,
  RolloutAnalysis,
  RolloutCheck,
  RolloutDecision,
  RolloutEvidence,
  RolloutReplay,
  RolloutState,
  RolloutStep,
  rolloutAdvanced,
  rolloutPromoted,
  rolloutRolledBack,
  rolloutStarted,
  StartRollout,
  VariantEvidence,
} from './rollouts/model.ts'
export type { Delivery } from './service.ts'

export const delivery = defineModule({
  name: 'delivery',
  needs: { registry, servables, predictions, serving, scoring },
  config: {},
  migrations: deliveryMigrations,
  events: [
    rolloutStarted,
    rolloutAdvanced,
    rolloutPromoted,
    rolloutRolledBack,
    abTestStarted,
    abTestEnded,
    banditStarted,
    banditStopped,
  ],
  operations: [...rolloutOperations, ...abTestOperations, ...banditOperations],
  create: ({ platform, needs }) => createDelivery(platform, needs),
  jobs: (inside) => inside.jobs,
})
