import type { JobHandler } from '../../kernel/job.ts'
import { handleJob } from '../../kernel/job.ts'
import { createDataPlane, type DataPlane, plannedCore } from '../../platform/inference/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Registry } from '../registry/index.ts'
import type { ServingConfig } from './config.ts'
import {
  applyDeployment,
  getStored,
  listPage,
  recoverDeployments,
  removeDeployment,
  splitDeployment,
  toDeployment,
} from './deployments/service.ts'
import { findDeployment } from './deployments/store.ts'
import { rollBackDeployment, routeDeployment, stageVersion, switchDeployment } from './deployments/switch.ts'
import { servingErrors } from './model.ts'
import { createFeatureNames } from './predictions/feature-names.ts'
import { createIngester, type Ingester } from './predictions/ingest.ts'
import { recordLabels } from './predictions/labels.ts'
import type { Prediction } from './predictions/model.ts'
import { reportTraffic } from './predictions/report.ts'
import { countBatchRows, findPrediction, listPredictions, readWindow } from './predictions/store.ts'
import { listTraffic } from './predictions/traffic-store.ts'
import { advanceRollout, lookSoon } from './rollouts/jobs.ts'
import {
  endRollout,
  evaluateRollout,
  getRollout,
  holdRollout,
  listRolloutPage,
  type RolloutEnv,
  startRollout,
} from './rollouts/service.ts'
import { listRunningIds } from './rollouts/store.ts'
import { createSerial } from './serial.ts'
import type { ServingService } from './service.ts'
import type { ServingTables, ServingTx } from './tables.ts'

/** The service with its life: what the module definition starts and stops. */
export interface Serving extends ServingService {
  readonly jobs: readonly JobHandler[]
  start(): Promise<void>
  /** Workers stop accepting; what is in hand is answered. */
  drain(): void
  stop(): Promise<void>
}

const hourMs = 3_600_000

export function createServing(platform: Platform, registry: Registry, config: ServingConfig): Serving {
  const db = platform.db.typed<ServingTables>()
  const onNews = (tx: ServingTx, deployments: readonly string[]) => wakeRollouts(platform, tx, deployments)
  let parts: { env: RolloutEnv; ingester: Ingester; plane: DataPlane } | undefined
  let draining: Promise<void> | undefined

  async function open(): Promise<void> {
    const folder = await platform.workDir('serving')
    const plane = createDataPlane({
      folder,
      controlSocket: platform.address.controlSocket,
      access: platform.address.access,
      clock: platform.clock,
      workers: config.workers,
      port: platform.publicPort,
      processes: platform.processes,
      log: platform.log,
      limits: config,
      onLog: () => ingester.wake(),
    })
    const featureNames = createFeatureNames(registry)
    const ingester = createIngester({
      platform,
      db,
      folder: plane.logFolder,
      featureNames,
      onPredictions: onNews,
    })
    const serial = createSerial()
    parts = {
      plane,
      ingester,
      env: {
        platform,
        db,
        plane,
        featureNames,
        registry,
        serial,
        keepPrevious: config.keepPrevious,
        catchUp: () => ingester.catchUp(),
      },
    }
    await plane.start()
    // In the background, as workers may have to load models first; a change asked for meanwhile waits its turn.
    void platform.publicPort.opened
      .then(() => recoverDeployments(running().env))
      .catch((error) => {
        if (draining === undefined) platform.log.error('deployments not recovered', { error })
      })
    ingester.wake()
  }

  function running(): { env: RolloutEnv; ingester: Ingester; plane: DataPlane } {
    if (parts === undefined) throw new Error('serving is used before it was started')
    return parts
  }
  const env = () => running().env

  return {
    jobs: [handleJob(advanceRollout, ({ payload }) => evaluateRollout(env(), payload.rolloutId, payload.waitedMs))],
    start: open,
    drain: () => {
      draining ??= parts?.plane.stop()
    },
    stop: async () => {
      draining ??= parts?.plane.stop()
      await draining
      await parts?.ingester.catchUp()
      await parts?.ingester.stop()
    },

    applyDeployment: (input) => applyDeployment(env(), input),
    splitDeployment: (input) => splitDeployment(env(), input),
    rollBackDeployment: (name) =>
      rollBackDeployment(env(), name, (id) => endRollout(env(), id, 'aborted', 'the deployment was rolled back')),
    stageVersion: (input) => stageVersion(env(), input),
    switchDeployment: (name) => switchDeployment(env(), name),
    routeDeployment: (input) => routeDeployment(env(), input),
    getDeployment: async (nameOrId) => toDeployment(env(), await getStored(env(), nameOrId)),
    findDeployment: async (nameOrId) => {
      const found = await findDeployment(db.read, nameOrId)
      return found === undefined ? undefined : toDeployment(env(), found)
    },
    listDeployments: (query) => listPage(env(), query),
    deleteDeployment: (nameOrId) => removeDeployment(env(), nameOrId),
    traffic: async ({ name, from, to }) => {
      const deployment = await getStored(env(), name)
      const end = to ?? platform.clock.now()
      const range = { deployment: deployment.name, from: from ?? end - hourMs, to: end }
      return reportTraffic(await listTraffic(db.read, range), range)
    },
    inference: async () => {
      const { plane } = running()
      const socketPath = plane.inferenceSocket()
      return socketPath === undefined ? { core: plannedCore(await plane.plan()) } : { socketPath }
    },

    listPredictions: (query) => listPredictions(db.read, query),
    getPrediction: (id) => getPrediction(running().ingester, db.read, id),
    predictionWindow: async (query) => ({ deployment: query.deployment, rows: await readWindow(db.read, query) }),
    recordLabels: (labels) =>
      recordLabels({ platform, db, catchUp: () => running().ingester.catchUp(), onLabels: onNews }, labels),

    startRollout: (input) => startRollout(env(), input),
    getRollout: (id) => getRollout(env(), id),
    listRollouts: (query) => listRolloutPage(env(), query),
    pauseRollout: (id, reason) => holdRollout(env(), id, 'paused', reason),
    resumeRollout: (id, reason) => holdRollout(env(), id, 'resumed', reason),
    promoteRollout: (id, reason) => endRollout(env(), id, 'promoted', reason),
    abortRollout: (id, reason) => endRollout(env(), id, 'aborted', reason),
  }
}

async function wakeRollouts(platform: Platform, tx: ServingTx, deployments: readonly string[]): Promise<void> {
  const now = platform.clock.now()
  for (const id of await listRunningIds(tx.query, deployments)) await lookSoon(platform.jobs, tx, id, now)
}

/** A prediction that was just answered may still be in the log only: then that is read first. */
async function getPrediction(
  ingester: Ingester,
  db: Parameters<typeof findPrediction>[0],
  id: string,
): Promise<Prediction> {
  const found = await findPrediction(db, id)
  if (found !== undefined) return found
  await ingester.catchUp()
  const late = await findPrediction(db, id)
  if (late !== undefined) return late
  const count = await countBatchRows(db, id)
  if (count > 0) throw servingErrors.prediction_has_rows({ id, count, last: count - 1 })
  throw servingErrors.prediction_not_found({ id })
}
