import type { Subscription } from '../../kernel/event.ts'
import { handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Platform } from '../../platform/platform.ts'
import { runBatch } from './batches/jobs.ts'
import { runBatchJob } from './batches/run.ts'
import { createBatches } from './batches/service.ts'
import { listPartDigests } from './batches/store.ts'
import type { ScoringContext } from './context.ts'
import { runConversion } from './conversions/jobs.ts'
import { neededEnvironments } from './conversions/needed-environments.ts'
import { convertAtRegistration } from './conversions/registered.ts'
import { runConversionJob } from './conversions/run.ts'
import { createConversions } from './conversions/service.ts'
import { listConvertedDigests } from './conversions/store.ts'
import { createExports } from './exports/service.ts'
import { runReplay } from './replays/jobs.ts'
import { runReplayJob } from './replays/run.ts'
import { createReplays } from './replays/service.ts'
import { createScorerPool } from './scorer-pool.ts'
import type { Scoring } from './service.ts'
import { runShadow } from './shadows/jobs.ts'
import { tellShadows } from './shadows/news.ts'
import { runShadowOnce } from './shadows/run.ts'
import { createShadows } from './shadows/service.ts'
import type { ScoringTables } from './tables.ts'

/** The door, and the life of what is behind it. */
export interface ScoringInside {
  readonly door: Scoring
  readonly jobs: readonly JobHandler[]
  readonly subscriptions: readonly Subscription[]
  /** Files that a batch under way has made, and ONNX forms of Python models. */
  blobRoots(): AsyncIterable<string>
  stop(): Promise<void>
}

type Needs = Pick<ScoringContext, 'registry' | 'datasets' | 'servables' | 'predictions' | 'serving'>

export function createScoring(platform: Platform, needs: Needs): ScoringInside {
  const ctx: ScoringContext = {
    ...needs,
    platform,
    db: platform.db.typed<ScoringTables>(),
    scorers: createScorerPool({ ...needs, platform }),
    progress: new Map(),
    replayEndListeners: [],
  }
  const { stopShadowsOf, ...shadows } = createShadows(ctx)
  needs.predictions.onNews(tellShadows(platform))
  needs.serving.onDeletion(stopShadowsOf)
  needs.serving.needEnvironments(() => neededEnvironments(ctx))
  const conversions = createConversions(ctx)
  const { convertAtRegistration: isConverting } = needs.serving.scoringSettings
  return {
    door: {
      ...createReplays(ctx),
      ...createExports(ctx),
      ...createBatches(ctx),
      ...shadows,
      ...conversions,
    },
    jobs: [
      handleJob(runReplay, (job) => runReplayJob(ctx, job.payload.replayId, job)),
      handleJob(runBatch, (job) => runBatchJob(ctx, job.payload.batchId, job)),
      handleJob(runConversion, (job) => runConversionJob(ctx, job.payload.conversionId, job)),
      handleJob(runShadow, ({ payload }) => runShadowOnce(ctx, payload.shadowId)),
    ],
    subscriptions: isConverting ? [convertAtRegistration(conversions)] : [],
    blobRoots: async function* () {
      yield* await listPartDigests(ctx.db.read)
      yield* await listConvertedDigests(ctx.db.read)
    },
    stop: () => ctx.scorers.stop(),
  }
}
