import type { Subscription } from '../../kernel/event.ts'
import type { JobHandler } from '../../kernel/job.ts'
import { handleJob } from '../../kernel/job.ts'
import type { Platform } from '../../platform/platform.ts'
import { judgeJob } from './ab-tests/jobs.ts'
import { tellAbTests } from './ab-tests/news.ts'
import { getAbTest, judgeOnce, listAbTestPage, startAbTest, stopAbTest } from './ab-tests/service.ts'
import { reweighBandit } from './bandits/jobs.ts'
import { getBandit, listBanditPage, reweighOnce, startBandit, stopBandit } from './bandits/service.ts'
import { runBatch } from './batches/jobs.ts'
import { runBatchJob } from './batches/run.ts'
import { cancelBatch, getBatch, listBatchPage, startBatch } from './batches/service.ts'
import { listPartDigests } from './batches/store.ts'
import type { ServingConfig } from './config.ts'
import { runConversion } from './conversions/jobs.ts'
import { convertAtRegistration } from './conversions/registered.ts'
import { runConversionJob } from './conversions/run.ts'
import { changeRuntime, getConversion, listConversionPage, startConversion } from './conversions/service.ts'
import { listConvertedDigests } from './conversions/store.ts'
import {
  applyDeployment,
  getStored,
  listPage,
  removeDeployment,
  splitDeployment,
  toDeployment,
} from './deployments/service.ts'
import { findDeployment } from './deployments/store.ts'
import {
  configureDeployment,
  rollBackDeployment,
  routeDeployment,
  stageVersion,
  switchDeployment,
} from './deployments/switch.ts'
import { listEnvironments, removeEnvironments } from './environments/service.ts'
import { exportPredictions } from './exports/service.ts'
import { forgetMember, getFleet } from './fleet/service.ts'
import { findInferenceTarget } from './inference-target.ts'
import { servingErrors } from './model.ts'
import { connectModel } from './models/remote-model.ts'
import { packageDeployment } from './packages/service.ts'
import { createParts, type Needs, type Parts } from './parts.ts'
import { getPrediction } from './predictions/get.ts'
import { recordLabels } from './predictions/labels.ts'
import { reportTraffic } from './predictions/report.ts'
import { listPredictions, nextEventAt, readWindow } from './predictions/store.ts'
import { listTraffic } from './predictions/traffic-store.ts'
import { runReplay } from './replays/jobs.ts'
import { runReplayJob } from './replays/run.ts'
import { cancelReplay, getReplay, listReplayPage, replayDifferences, startReplay } from './replays/service.ts'
import { collectNews } from './rewards/news.ts'
import { advanceRollout } from './rollouts/jobs.ts'
import { tellRollouts } from './rollouts/news.ts'
import {
  approveRollout,
  endRollout,
  evaluateRollout,
  getRollout,
  holdRollout,
  listRolloutPage,
  startRollout,
} from './rollouts/service.ts'
import type {
  BatchesService,
  ComparisonsService,
  ConversionsService,
  DeploymentsService,
  EnvironmentsService,
  FleetService,
  PredictionsService,
  ReplaysService,
  RolloutsService,
  ServingService,
  ShadowsService,
} from './service.ts'
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

/** The service with its life: what the module definition starts and stops. */
export interface Serving extends ServingService {
  readonly jobs: readonly JobHandler[]
  readonly subscriptions: readonly Subscription[]
  /** Files that a batch under way has made, and ONNX forms of Python models. */
  blobRoots(): AsyncIterable<string>
  start(): Promise<void>
  /** Workers stop accepting; what is in hand is answered. */
  drain(): Promise<void>
  stop(): Promise<void>
}

export function createServing(platform: Platform, needs: Needs, config: ServingConfig): Serving {
  const parts = createParts({ platform, ...needs, config })
  for (const listener of [tellRollouts, tellShadows, tellAbTests]) parts.news.listen(listener(platform))
  parts.news.listen(collectNews)
  keepHolders(parts)
  return {
    jobs: jobsOf(parts),
    subscriptions: config.convertAtRegistration ? [convertAtRegistration(parts.env)] : [],
    start: parts.open,
    blobRoots: () => blobRoots(parts),
    drain: parts.drain,
    stop: parts.stop,
    ...deploymentsOf(parts, platform),
    ...predictionsOf(parts),
    ...rolloutsOf(parts),
    ...shadowsOf(parts),
    ...comparisonsOf(parts),
    ...replaysOf(parts),
    ...batchesOf(parts),
    ...fleetOf(parts, platform),
    ...conversionsOf(parts),
    ...environmentsOf(parts),
  }
}

/** What a rollback does with whatever decides on the versions. */
function keepHolders({ env, holders }: Parts): void {
  holders.set('rollout', {
    refusal: servingErrors.rollout_active,
    letGo: async (id) => {
      await endRollout(env(), id, 'aborted', rolledBack)
      return { isBack: true }
    },
  })
  holders.set('abTest', {
    refusal: (held) => servingErrors.deployment_busy({ ...held, what: 'A/B test', command: 'ab-tests stop' }),
    letGo: async (id) => {
      await stopAbTest(env(), id, rolledBack)
      return { isBack: false }
    },
  })
  holders.set('bandit', {
    refusal: (held) => servingErrors.deployment_busy({ ...held, what: 'bandit', command: 'bandits stop' }),
    letGo: async (id) => {
      await stopBandit(env(), id)
      return { isBack: false }
    },
  })
}

function jobsOf({ env }: Parts): JobHandler[] {
  return [
    handleJob(advanceRollout, ({ payload }) => evaluateRollout(env(), payload.rolloutId, payload.waitedMs)),
    handleJob(judgeJob, ({ payload }) => judgeOnce(env(), payload.abTestId)),
    handleJob(reweighBandit, ({ payload }) => reweighOnce(env(), payload.banditId)),
    handleJob(runReplay, (job) => runReplayJob(env(), job.payload.replayId, job)),
    handleJob(runBatch, (job) => runBatchJob(env(), job.payload.batchId, job)),
    handleJob(runConversion, (job) => runConversionJob(env(), job.payload.conversionId, job)),
    handleJob(runShadow, ({ payload }) => runShadowOnce(env(), payload.shadowId)),
  ]
}

const hourMs = 3_600_000
const rolledBack = 'the deployment was rolled back'

function deploymentsOf({ env, db }: Parts, { clock }: Platform): DeploymentsService {
  return {
    applyDeployment: (input) => applyDeployment(env(), input),
    splitDeployment: (input) => splitDeployment(env(), input),
    rollBackDeployment: (name) => rollBackDeployment(env(), name),
    stageVersion: (input) => stageVersion(env(), input),
    switchDeployment: (name) => switchDeployment(env(), name),
    routeDeployment: (input) => routeDeployment(env(), input),
    configureDeployment: (input) => configureDeployment(env(), input),
    connectModel: (input) => connectModel(env(), input),
    packageDeployment: (name) => packageDeployment(env(), name),
    getDeployment: async (nameOrId) => toDeployment(env(), await getStored(env(), nameOrId)),
    findDeployment: async (nameOrId) => {
      const found = await findDeployment(db.read, nameOrId)
      return found === undefined ? undefined : toDeployment(env(), found)
    },
    listDeployments: (query) => listPage(env(), query),
    deleteDeployment: (nameOrId) => removeDeployment(env(), nameOrId, (tx, name) => stopShadowsOf(env(), tx, name)),
    traffic: async ({ name, from, to }) => {
      const deployment = await getStored(env(), name)
      const end = to ?? clock.now()
      const range = { deployment: deployment.name, from: from ?? end - hourMs, to: end }
      return reportTraffic(await listTraffic(db.read, range), range)
    },
    inference: async () => findInferenceTarget(env().plane),
  }
}

function predictionsOf({ env, db }: Parts): PredictionsService {
  return {
    listPredictions: (query) => listPredictions(db.read, query),
    getPrediction: (id) => getPrediction(env(), id),
    nextEventAt: (query) => nextEventAt(db.read, query),
    predictionWindow: async (query) => ({ deployment: query.deployment, rows: await readWindow(db.read, query) }),
    recordLabels: (labels) => recordLabels(env(), labels),
  }
}

function rolloutsOf({ env }: Parts): RolloutsService {
  return {
    startRollout: (input) => startRollout(env(), input),
    getRollout: (id) => getRollout(env(), id),
    listRollouts: (query) => listRolloutPage(env(), query),
    pauseRollout: (id, reason) => holdRollout(env(), id, 'paused', reason),
    approveRollout: (id, reason) => approveRollout(env(), id, reason),
    resumeRollout: (id, reason) => holdRollout(env(), id, 'resumed', reason),
    promoteRollout: (id, reason) => endRollout(env(), id, 'promoted', reason),
    abortRollout: (id, reason) => endRollout(env(), id, 'aborted', reason),
  }
}

function shadowsOf({ env }: Parts): ShadowsService {
  return {
    startShadow: (input) => startShadow(env(), input),
    getShadow: (id) => getShadow(env(), id),
    listShadows: (query) => listShadowPage(env(), query),
    shadowDifferences: (id, limit) => shadowDifferences(env(), id, limit),
    stopShadow: (id) => stopShadow(env(), id),
  }
}

function comparisonsOf({ env }: Parts): ComparisonsService {
  return {
    startAbTest: (input) => startAbTest(env(), input),
    getAbTest: (id) => getAbTest(env(), id),
    listAbTests: (query) => listAbTestPage(env(), query),
    stopAbTest: (id, reason) => stopAbTest(env(), id, reason),
    startBandit: (input) => startBandit(env(), input),
    getBandit: (id) => getBandit(env(), id),
    listBandits: (query) => listBanditPage(env(), query),
    stopBandit: (id) => stopBandit(env(), id),
  }
}

function replaysOf({ env }: Parts): ReplaysService {
  return {
    startReplay: (input) => startReplay(env(), input),
    getReplay: (id) => getReplay(env(), id),
    listReplays: (query) => listReplayPage(env(), query),
    replayDifferences: (id, limit) => replayDifferences(env(), id, limit),
    cancelReplay: (id) => cancelReplay(env(), id),
  }
}

function batchesOf({ env }: Parts): BatchesService {
  return {
    exportPredictions: (input) => exportPredictions(env(), input),
    startBatch: (input) => startBatch(env(), input),
    getBatch: (id) => getBatch(env(), id),
    listBatches: (query) => listBatchPage(env(), query),
    cancelBatch: (id) => cancelBatch(env(), id),
  }
}

function fleetOf({ db }: Parts, platform: Platform): FleetService {
  return {
    getFleet: () => getFleet({ db, platform }),
    forgetMember: (id) => forgetMember({ db, platform }, id),
  }
}

function environmentsOf({ env }: Parts): EnvironmentsService {
  return {
    listEnvironments: () => listEnvironments(env()),
    removeEnvironments: (input) => removeEnvironments(env(), input),
  }
}

function conversionsOf({ env }: Parts): ConversionsService {
  return {
    startConversion: (input) => startConversion(env(), input),
    getConversion: (id) => getConversion(env(), id),
    listConversions: (query) => listConversionPage(env(), query),
    changeRuntime: (id, runtime) => changeRuntime(env(), id, runtime),
  }
}

async function* blobRoots({ db }: Parts): AsyncIterable<string> {
  yield* await listPartDigests(db.read)
  yield* await listConvertedDigests(db.read)
}
