import type { Subscription } from '../../kernel/event.ts'
import { handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Platform } from '../../platform/platform.ts'
import { runBatch } from './batches/jobs.ts'
import { runBatchJob } from './batches/run.ts'
import { cancelBatch, getBatch, listBatchPage, startBatch } from './batches/service.ts'
import { listPartDigests } from './batches/store.ts'
import type { ScoringContext } from './context.ts'
import { runConversion } from './conversions/jobs.ts'
import { neededEnvironments } from './conversions/needed-environments.ts'
import { convertAtRegistration } from './conversions/registered.ts'
import { runConversionJob } from './conversions/run.ts'
import { changeRuntime, getConversion, listConversionPage, startConversion } from './conversions/service.ts'
import { listConvertedDigests } from './conversions/store.ts'
import { exportPredictions } from './exports/service.ts'
import { runReplay } from './replays/jobs.ts'
import { runReplayJob } from './replays/run.ts'
import { cancelReplay, getReplay, listReplayPage, replayDifferences, startReplay } from './replays/service.ts'
import { createScorerPool } from './scorer-pool.ts'
import type { BatchesService, ConversionsService, ReplaysService, Scoring, ShadowsService } from './service.ts'
import { runShadow } from './shadows/jobs.ts'
import { tellShadows } from './shadows/news.ts'
import { runShadowOnce } from './shadows/run.ts'
import {
  getShadow,
  listShadowPage,
  shadowDifferences,
  startShadow,
  stopShadow,
  stopShadowsOf,
} from './shadows/service.ts'
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
  needs.predictions.onNews(tellShadows(platform))
  needs.serving.onDeletion((tx, deployment) => stopShadowsOf(ctx, tx, deployment))
  needs.serving.needEnvironments(() => neededEnvironments(ctx))
  const { convertAtRegistration: isConverting } = needs.serving.scoringSettings
  return {
    door: { ...createReplays(ctx), ...createBatches(ctx), ...createShadows(ctx), ...createConversions(ctx) },
    jobs: [
      handleJob(runReplay, (job) => runReplayJob(ctx, job.payload.replayId, job)),
      handleJob(runBatch, (job) => runBatchJob(ctx, job.payload.batchId, job)),
      handleJob(runConversion, (job) => runConversionJob(ctx, job.payload.conversionId, job)),
      handleJob(runShadow, ({ payload }) => runShadowOnce(ctx, payload.shadowId)),
    ],
    subscriptions: isConverting ? [convertAtRegistration(ctx)] : [],
    blobRoots: async function* () {
      yield* await listPartDigests(ctx.db.read)
      yield* await listConvertedDigests(ctx.db.read)
    },
    stop: () => ctx.scorers.stop(),
  }
}

function createShadows(ctx: ScoringContext): ShadowsService {
  return {
    startShadow: (input) => startShadow(ctx, input),
    getShadow: (id) => getShadow(ctx, id),
    listShadows: (query) => listShadowPage(ctx, query),
    shadowDifferences: (id, limit) => shadowDifferences(ctx, id, limit),
    stopShadow: (id) => stopShadow(ctx, id),
  }
}

function createReplays(ctx: ScoringContext): ReplaysService {
  return {
    startReplay: (input, also) => startReplay(ctx, input, also),
    getReplay: (id) => getReplay(ctx, id),
    listReplays: (query) => listReplayPage(ctx, query),
    replayDifferences: (id, limit) => replayDifferences(ctx, id, limit),
    cancelReplay: (id) => cancelReplay(ctx, id),
    onReplayEnd: (listener) => {
      ctx.replayEndListeners.push(listener)
    },
  }
}

function createBatches(ctx: ScoringContext): BatchesService {
  return {
    exportPredictions: (input) => exportPredictions(ctx, input),
    startBatch: (input) => startBatch(ctx, input),
    getBatch: (id) => getBatch(ctx, id),
    listBatches: (query) => listBatchPage(ctx, query),
    cancelBatch: (id) => cancelBatch(ctx, id),
  }
}

function createConversions(ctx: ScoringContext): ConversionsService {
  return {
    startConversion: (input) => startConversion(ctx, input),
    getConversion: (id) => getConversion(ctx, id),
    listConversions: (query) => listConversionPage(ctx, query),
    changeRuntime: (id, runtime) => changeRuntime(ctx, id, runtime),
  }
}
