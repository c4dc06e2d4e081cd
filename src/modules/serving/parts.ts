import { createKeyedSerial, createSerial } from '../../kernel/serial.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Registry } from '../registry/index.ts'
import type { ServingConfig } from './config.ts'
import type { HolderKinds } from './deployments/holder.ts'
import { openPlane } from './deployments/open-plane.ts'
import { recoverDeployments } from './deployments/service.ts'
import { type Beat, createBeat } from './fleet/beat.ts'
import { findIdentity } from './fleet/identity.ts'
import { createFleetLink, noFleet } from './fleet/link.ts'
import { graphReader } from './graphs/read-graph.ts'
import { graphFormat } from './models/model-files.ts'
import { openModels } from './models/open-models.ts'
import { createFeatureNames, registeredNames } from './predictions/feature-names.ts'
import { createIngester, type Ingester } from './predictions/ingest.ts'
import { createNewsBoard, type NewsBoard, type NewsListener } from './predictions/news.ts'
import type { RolloutEnv } from './rollouts/env.ts'
import { tellReplayEnded } from './rollouts/news.ts'
import { createScorerPool, type ScorerPool } from './scoring/scorer-pool.ts'
import type { ServingDb, ServingTables } from './tables.ts'

/** What serving works with, each use case with the part of it that it needs. */
export interface ServingEnv extends RolloutEnv {
  readonly datasets: Datasets
  readonly tolerance: number
  readonly scorerLimits: { readonly runLimitMs: number; readonly memoryLimitBytes: number }
  readonly ingester: Ingester
  readonly scorers: ScorerPool
  /** Tells the members of the fleet where the control plane is; absent where there can be none. */
  readonly beat: Beat | undefined
  readonly tellNews: NewsListener
}

/** The parts with their life. */
export interface Parts {
  /** Throws before `open`. */
  env(): ServingEnv
  readonly db: ServingDb
  readonly news: NewsBoard
  readonly holders: HolderKinds
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
  const shared = { db, news: createNewsBoard(), holders: new Map() }
  let env: ServingEnv | undefined
  let draining: Promise<void> | undefined

  return {
    ...shared,
    env: () => {
      if (env === undefined) throw new Error('serving is used before it was started')
      return env
    },
    open: async () => {
      const opened = await openEnv(options, shared)
      env = opened
      await opened.plane.start()
      // In the background, as workers may have to load models first; a change asked for meanwhile waits its turn.
      void options.platform.publicPort.opened
        .then(() => recoverDeployments(opened))
        .catch((error) => {
          if (draining === undefined) options.platform.log.error('deployments not recovered', { error })
        })
      opened.ingester.wake()
      opened.beat?.start()
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
      await env?.beat?.stop()
    },
  }
}

async function openEnv(
  options: PartsOptions,
  { db, news, holders }: Pick<Parts, 'db' | 'news' | 'holders'>,
): Promise<ServingEnv> {
  const { platform, registry, datasets, config } = options
  const plane = await openPlane(platform, config, () => ingester.wake())
  const featureNames = createFeatureNames(registeredNames(registry))
  const tellNews = news.tell
  const log = { folder: plane.logFolder, owner: '' }
  const ingester = createIngester({ platform, db, ...log, featureNames, tellNews })
  const models = { ...(await openModels(platform, config)), registry, checkedExamples: new Set<string>() }
  registry.readFormat(graphFormat, graphReader(models))
  const scorerLimits = { memoryLimitBytes: config.scorerMemoryBytes, runLimitMs: config.scorerTimeoutMs }
  return {
    ...models,
    ...(await openFleet(options, plane)),
    plane,
    featureNames,
    datasets,
    ingester,
    tellNews,
    holders,
    turnOf: createKeyedSerial(),
    planTurn: createSerial(),
    unproven: new Map(),
    keepPrevious: config.keepPrevious,
    progress: new Map(),
    catchUp: () => ingester.catchUp(),
    onReplayEnded: (tx, replay) => tellReplayEnded(platform, tx, replay.id),
    tolerance: config.conversionTolerance,
    scorerLimits,
    scorers: createScorerPool({ ...models, ...scorerLimits, featureNames }),
  }
}

/** Only a database that other hosts can reach has a fleet around it. */
async function openFleet(
  { platform, config }: PartsOptions,
  plane: ServingEnv['plane'],
): Promise<Pick<ServingEnv, 'fleet' | 'beat'>> {
  const db = platform.db.typed<ServingTables>()
  if (!db.dialect.isShared) return { fleet: noFleet, beat: undefined }
  const joinedAt = platform.clock.now()
  const beat = createBeat({
    platform,
    db,
    plane,
    identity: await findIdentity(platform, config.advertisedUrl),
    role: 'control plane',
    leaseMs: config.memberLeaseMs,
    progress: async () => ({ planVersion: (await plane.plan())?.version ?? 0, joinedAt, failures: [] }),
  })
  return { fleet: createFleetLink({ db, clock: platform.clock, limitMs: config.memberTimeoutMs }), beat }
}
