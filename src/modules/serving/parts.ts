import { join } from 'node:path'
import { createDataPlane, createEnvironments, type DataPlane } from '../../platform/inference/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Registry } from '../registry/index.ts'
import { judgeJob, newsWaitMs as judgeWaitMs } from './ab-tests/jobs.ts'
import { listRunningAbTestIds } from './ab-tests/store.ts'
import type { ServingConfig } from './config.ts'
import { recoverDeployments } from './deployments/service.ts'
import { graphReader } from './graphs/read-graph.ts'
import type { ModelsEnv } from './models/env.ts'
import { graphFormat } from './models/model-files.ts'
import { createFeatureNames } from './predictions/feature-names.ts'
import { createIngester, type Ingester } from './predictions/ingest.ts'
import { lookSoon } from './rollouts/jobs.ts'
import type { RolloutEnv } from './rollouts/service.ts'
import { findRolloutOfReplay, listRunningIds } from './rollouts/store.ts'
import { createScorerPool, type ScorerPool } from './scoring/scorer-pool.ts'
import { createSerial } from './serial.ts'
import { lookAtRows, newsWaitMs } from './shadows/jobs.ts'
import { listRunningShadows } from './shadows/store.ts'
import type { ServingDb, ServingTables, ServingTx } from './tables.ts'

/** What serving works with, each use case with the part of it that it needs. */
export interface ServingEnv extends RolloutEnv {
  readonly datasets: Datasets
  readonly ingester: Ingester
  readonly scorers: ScorerPool
  /** News of a deployment, told in the transaction that stored them. */
  readonly onNews: (tx: ServingTx, deployments: readonly string[]) => Promise<void>
}

/** The parts with their life. */
export interface Parts {
  /** Throws before `open`. */
  env(): ServingEnv
  readonly db: ServingDb
  open(): Promise<void>
  /** Workers stop accepting; what is in hand is answered. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Doors of the modules that serving needs. */
export interface Needs {
  readonly registry: Registry
  readonly datasets: Datasets
}

export interface PartsOptions extends Needs {
  readonly platform: Platform
  readonly config: ServingConfig
}

export function createParts(options: PartsOptions): Parts {
  const db = options.platform.db.typed<ServingTables>()
  let env: ServingEnv | undefined
  let draining: Promise<void> | undefined

  return {
    db,
    env: () => {
      if (env === undefined) throw new Error('serving is used before it was started')
      return env
    },
    open: async () => {
      const opened = await openEnv(options, db)
      env = opened
      await opened.plane.start()
      // In the background, as workers may have to load models first; a change asked for meanwhile waits its turn.
      void options.platform.publicPort.opened
        .then(() => recoverDeployments(opened))
        .catch((error) => {
          if (draining === undefined) options.platform.log.error('deployments not recovered', { error })
        })
      opened.ingester.wake()
    },
    drain: async () => {
      draining ??= env?.plane.stop()
      await draining
    },
    stop: async () => {
      draining ??= env?.plane.stop()
      await draining
      await env?.ingester.catchUp()
      await env?.ingester.stop()
      await env?.scorers.stop()
    },
  }
}

async function openEnv(options: PartsOptions, db: ServingDb): Promise<ServingEnv> {
  const { platform, registry, datasets, config } = options
  const plane = await openPlane(platform, config, () => ingester.wake())
  const featureNames = createFeatureNames(registry)
  const onNews = (tx: ServingTx, deployments: readonly string[]) => wake(platform, tx, deployments)
  const ingester = createIngester({ platform, db, folder: plane.logFolder, featureNames, onPredictions: onNews })
  const models: ModelsEnv = {
    platform,
    db,
    registry,
    functions: functionsOf(config),
    ...(await pythonOf(platform, config)),
  }
  registry.readFormat(graphFormat, graphReader(models))
  return {
    ...models,
    plane,
    featureNames,
    datasets,
    ingester,
    onNews,
    serial: createSerial(),
    keepPrevious: config.keepPrevious,
    progress: new Map(),
    catchUp: () => ingester.catchUp(),
    onReplayEnded: (tx, replay) => wakeRolloutOf(platform, tx, replay.id),
    scorers: createScorerPool({
      ...models,
      featureNames,
      memoryLimitBytes: config.scorerMemoryBytes,
      runLimitMs: config.scorerTimeoutMs,
    }),
  }
}

function functionsOf(config: ServingConfig): ModelsEnv['functions'] {
  const { functionInstances: instances, functionTimeoutMs: timeoutMs, functionMemoryBytes: memoryBytes } = config
  return { instances, timeoutMs, memoryBytes }
}

async function pythonOf(
  platform: Platform,
  config: ServingConfig,
): Promise<Pick<ModelsEnv, 'environments' | 'python'>> {
  return {
    environments: createEnvironments({
      folder: join(await platform.workDir('serving'), 'environments'),
      processes: platform.processes,
      interpreter: config.python,
    }),
    python: {
      instances: config.pythonInstances,
      threads: config.pythonThreads,
      timeoutMs: config.pythonTimeoutMs,
      memoryBytes: config.pythonMemoryBytes,
    },
  }
}

async function openPlane(platform: Platform, config: ServingConfig, onLog: () => void): Promise<DataPlane> {
  return createDataPlane({
    folder: await platform.workDir('serving'),
    controlSocket: platform.address.controlSocket,
    access: platform.address.access,
    clock: platform.clock,
    workers: config.workers,
    port: platform.publicPort,
    processes: platform.processes,
    log: platform.log,
    limits: config,
    onLog,
  })
}

/** A rollout that began with this replay goes on. */
async function wakeRolloutOf(platform: Platform, tx: ServingTx, replayId: string): Promise<void> {
  const rollout = await findRolloutOfReplay(tx.query, replayId)
  if (rollout?.state === 'replaying') await lookSoon(platform.jobs, tx, rollout.id, platform.clock.now())
}

/** New predictions or labels: whoever decides on them looks soon. */
async function wake(platform: Platform, tx: ServingTx, deployments: readonly string[]): Promise<void> {
  const now = platform.clock.now()
  for (const id of await listRunningIds(tx.query, deployments)) await lookSoon(platform.jobs, tx, id, now)
  for (const { id } of await listRunningShadows(tx.query, deployments))
    await lookAtRows(platform.jobs, tx, id, now + newsWaitMs)
  for (const abTestId of await listRunningAbTestIds(tx.query, deployments))
    await platform.jobs.enqueue(tx, judgeJob, { abTestId }, { dedupe: abTestId, at: now + judgeWaitMs })
}
