import { handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Serving } from '../serving/index.ts'
import { judgeJob } from './ab-tests/jobs.ts'
import { createAbTests } from './ab-tests/service.ts'
import { reweighBandit } from './bandits/jobs.ts'
import { createBandits } from './bandits/service.ts'
import type { DeliveryContext } from './context.ts'
import { deliveryErrors } from './model.ts'
import { newsListeners } from './news.ts'
import { advanceRollout } from './rollouts/jobs.ts'
import { tellReplayEnded } from './rollouts/news.ts'
import { createRollouts } from './rollouts/service.ts'
import type { Delivery } from './service.ts'
import type { DeliveryTables } from './tables.ts'

export interface DeliveryInside {
  readonly door: Delivery
  readonly jobs: readonly JobHandler[]
}

const rolledBack = 'the deployment was rolled back'

export function createDelivery(platform: Platform, needs: Omit<DeliveryContext, 'platform' | 'db'>): DeliveryInside {
  const ctx: DeliveryContext = { ...needs, platform, db: platform.db.typed<DeliveryTables>() }
  for (const listener of newsListeners(platform)) needs.predictions.onNews(listener)
  needs.scoring.onReplayEnd((tx, replayId) => tellReplayEnded(platform, tx, replayId))
  const { evaluateRollout, ...rollouts } = createRollouts(ctx)
  const { judgeAbTestOnce, ...abTests } = createAbTests(ctx)
  const { reweighOnce, ...bandits } = createBandits(ctx)
  const door = { ...rollouts, ...abTests, ...bandits }
  letGoOfDeployments(needs.serving, door)
  return {
    door,
    jobs: [
      handleJob(advanceRollout, ({ payload }) => evaluateRollout(payload.rolloutId, payload.waitedMs)),
      handleJob(judgeJob, ({ payload }) => judgeAbTestOnce(payload.abTestId)),
      handleJob(reweighBandit, ({ payload }) => reweighOnce(payload.banditId)),
    ],
  }
}

/** What a rollback does with whatever decides on the versions. */
function letGoOfDeployments(serving: Serving, door: Delivery): void {
  serving.letGo('rollout', {
    refusal: deliveryErrors.rollout_active,
    letGo: async (id) => {
      await door.abortRollout(id, rolledBack)
      return { isBack: true }
    },
  })
  serving.letGo('abTest', {
    refusal: (held) => deliveryErrors.deployment_busy({ ...held, what: 'A/B test', command: 'ab-tests stop' }),
    letGo: async (id) => {
      await door.stopAbTest(id, rolledBack)
      return { isBack: false }
    },
  })
  serving.letGo('bandit', {
    refusal: (held) => deliveryErrors.deployment_busy({ ...held, what: 'bandit', command: 'bandits stop' }),
    letGo: async (id) => {
      await door.stopBandit(id)
      return { isBack: false }
    },
  })
}
