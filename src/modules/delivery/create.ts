import { handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Platform } from '../../platform/platform.ts'
import { judgeJob } from './ab-tests/jobs.ts'
import { getAbTest, judgeOnce, listAbTestPage, startAbTest, stopAbTest } from './ab-tests/service.ts'
import { reweighBandit } from './bandits/jobs.ts'
import { getBandit, listBanditPage, reweighOnce, startBandit, stopBandit } from './bandits/service.ts'
import type { DeliveryContext } from './context.ts'
import { deliveryErrors } from './model.ts'
import { newsListeners } from './news.ts'
import { advanceRollout } from './rollouts/jobs.ts'
import { tellReplayEnded } from './rollouts/news.ts'
import {
  approveRollout,
  endRollout,
  evaluateRollout,
  getRollout,
  holdRollout,
  listRolloutPage,
  startRollout,
} from './rollouts/service.ts'
import type { ComparisonsService, Delivery, RolloutsService } from './service.ts'
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
  letGoOfDeployments(ctx)
  return {
    door: { ...createRollouts(ctx), ...createComparisons(ctx) },
    jobs: [
      handleJob(advanceRollout, ({ payload }) => evaluateRollout(ctx, payload.rolloutId, payload.waitedMs)),
      handleJob(judgeJob, ({ payload }) => judgeOnce(ctx, payload.abTestId)),
      handleJob(reweighBandit, ({ payload }) => reweighOnce(ctx, payload.banditId)),
    ],
  }
}

/** What a rollback does with whatever decides on the versions. */
function letGoOfDeployments(ctx: DeliveryContext): void {
  const { serving } = ctx
  serving.letGo('rollout', {
    refusal: deliveryErrors.rollout_active,
    letGo: async (id) => {
      await endRollout(ctx, id, 'aborted', rolledBack)
      return { isBack: true }
    },
  })
  serving.letGo('abTest', {
    refusal: (held) => deliveryErrors.deployment_busy({ ...held, what: 'A/B test', command: 'ab-tests stop' }),
    letGo: async (id) => {
      await stopAbTest(ctx, id, rolledBack)
      return { isBack: false }
    },
  })
  serving.letGo('bandit', {
    refusal: (held) => deliveryErrors.deployment_busy({ ...held, what: 'bandit', command: 'bandits stop' }),
    letGo: async (id) => {
      await stopBandit(ctx, id)
      return { isBack: false }
    },
  })
}

function createRollouts(ctx: DeliveryContext): RolloutsService {
  return {
    startRollout: (input) => startRollout(ctx, input),
    getRollout: (id) => getRollout(ctx, id),
    listRollouts: (query) => listRolloutPage(ctx, query),
    pauseRollout: (id, reason) => holdRollout(ctx, id, 'paused', reason),
    approveRollout: (id, reason) => approveRollout(ctx, id, reason),
    resumeRollout: (id, reason) => holdRollout(ctx, id, 'resumed', reason),
    promoteRollout: (id, reason) => endRollout(ctx, id, 'promoted', reason),
    abortRollout: (id, reason) => endRollout(ctx, id, 'aborted', reason),
  }
}

function createComparisons(ctx: DeliveryContext): ComparisonsService {
  return {
    startAbTest: (input) => startAbTest(ctx, input),
    getAbTest: (id) => getAbTest(ctx, id),
    listAbTests: (query) => listAbTestPage(ctx, query),
    stopAbTest: (id, reason) => stopAbTest(ctx, id, reason),
    startBandit: (input) => startBandit(ctx, input),
    getBandit: (id) => getBandit(ctx, id),
    listBandits: (query) => listBanditPage(ctx, query),
    stopBandit: (id) => stopBandit(ctx, id),
  }
}
