import { createKeyedSerial, createSerial } from '../../kernel/serial.ts'
import type { Platform } from '../../platform/platform.ts'
import type { PredictionLogReader, Predictions } from '../predictions/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Servables } from '../servables/index.ts'
import type { ServingConfig } from './config.ts'
import type { ServingContext } from './context.ts'
import { createDeploymentControl } from './deployments/control.ts'
import { createDeployments } from './deployments/deployments.ts'
import { openPlane } from './deployments/open-plane.ts'
import { recoverDeployments } from './deployments/service.ts'
import { createSwitches } from './deployments/switch.ts'
import { createEnvironmentList } from './environments/service.ts'
import { type Beat, createBeat } from './fleet/beat.ts'
import { findIdentity } from './fleet/identity.ts'
import { createFleetLink, noFleet } from './fleet/link.ts'
import { createFleet } from './fleet/service.ts'
import { findInferenceTarget } from './inference-target.ts'
import { createPackages } from './packages/service.ts'
import type { Serving } from './service.ts'
import type { ServingTables } from './tables.ts'

/** The door, and the life of what is behind it. */
export interface ServingInside {
  readonly door: Serving
  start(): Promise<void>
  /** Workers stop accepting; what is in hand is answered. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Doors of the modules that serving needs. */
export interface Needs {
  readonly registry: Registry
  readonly servables: Servables
  readonly predictions: Predictions
}

/** What this host serves with, from the start on. */
interface Opened extends Pick<ServingContext, 'plane' | 'fleet'> {
  readonly log: PredictionLogReader
  /** Tells the members of the fleet where the control plane is; absent where there can be none. */
  readonly beat: Beat | undefined
}

export function createServing(platform: Platform, needs: Needs, config: ServingConfig): ServingInside {
  let opened: Opened | undefined
  let draining: Promise<void> | undefined
  const open = () => {
    if (opened === undefined) throw new Error('serving is used before it was started')
    return opened
  }
  const ctx: ServingContext = {
    ...needs,
    platform,
    db: platform.db.typed<ServingTables>(),
    get plane() {
      return open().plane
    },
    get fleet() {
      return open().fleet
    },
    keepPrevious: config.keepPrevious,
    progress: new Map(),
    turnOf: createKeyedSerial(),
    planTurn: createSerial(),
    unproven: new Map(),
    told: { holders: new Map(), deletions: [], environmentNeeds: [] },
  }
  const drain = async () => {
    draining ??= opened?.plane.stop()
    await draining
  }
  return {
    door: {
      ...createDeployments(ctx),
      ...createSwitches(ctx),
      ...createDeploymentControl(ctx),
      ...createPackages(ctx),
      ...createFleet(ctx),
      ...createEnvironmentList(ctx),
      inference: async () => findInferenceTarget(ctx.plane),
      scoringSettings: {
        convertAtRegistration: config.convertAtRegistration,
        conversionTolerance: config.conversionTolerance,
        runLimitMs: config.scorerTimeoutMs,
        memoryLimitBytes: config.scorerMemoryBytes,
      },
    },
    start: async () => {
      await needs.servables.open(config)
      opened = await openServing({ platform, needs, config })
      const { log, beat } = opened
      await opened.plane.start()
      // In the background, as workers may have to load models first.
      void platform.publicPort.opened
        .then(() => recoverDeployments(ctx))
        .catch((error) => {
          if (draining === undefined) platform.log.error('deployments not recovered', { error })
        })
      log.wake()
      beat?.start()
    },
    drain,
    stop: async () => {
      await drain()
      await opened?.log.stop()
      await opened?.beat?.stop()
    },
  }
}

interface OpenOptions {
  readonly platform: Platform
  readonly needs: Needs
  readonly config: ServingConfig
}

async function openServing(options: OpenOptions): Promise<Opened> {
  const { platform, needs, config } = options
  const plane = await openPlane(platform, config, () => log.wake())
  const { fleet, beat } = await openFleet(options, plane)
  const log = needs.predictions.openLog({ folder: plane.logFolder, hasOtherHosts: fleet.hasMembers })
  return { plane, fleet, log, beat }
}

/** Only a database that other hosts can reach has a fleet around it. */
async function openFleet(
  { platform, config }: OpenOptions,
  plane: ServingContext['plane'],
): Promise<Pick<ServingContext, 'fleet'> & Pick<Opened, 'beat'>> {
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
    progress: async () => ({ planVersion: (await plane.plan())?.version ?? 0, joinedAt, failures: [], pending: [] }),
  })
  return { fleet: createFleetLink({ db, clock: platform.clock, limitMs: config.memberTimeoutMs }), beat }
}
