import type { Platform } from '../../../platform/platform.ts'
import {
  createFeatureNames,
  createIngester,
  createNewsBoard,
  type Ingester,
  type NewsListener,
  type PredictionTables,
} from '../../predictions/index.ts'
import { findSource, openModels } from '../../servables/index.ts'
import type { ServingConfig } from '../config.ts'
import { openPlane } from '../deployments/open-plane.ts'
import { type Beat, createBeat } from '../fleet/beat.ts'
import { findIdentity } from '../fleet/identity.ts'
import { findFeatureNames, listMembers } from '../fleet/store.ts'
import { findInferenceTarget } from '../inference-target.ts'
import type { Serving } from '../service.ts'
import type { ServingTables } from '../tables.ts'
import { createFollower, type Follower } from './follower.ts'

/**
 * A member of a fleet: the workers of one host, with what keeps them at the published plan, makes rows of what they record,
 * and tells the fleet about them. It decides nothing.
 */
export interface Member extends Pick<Serving, 'inference'> {
  /** Told of what this host records; said once, by whoever decides on it. */
  onNews(listener: NewsListener): void
  /** Where the control plane was last heard of. */
  controlPlaneUrl(): Promise<string | undefined>
  start(): Promise<void>
  /** Resolves once the workers serve what of the plan can be served here. */
  ready(): Promise<void>
  /** Workers stop accepting; what is in hand is answered. */
  drain(): Promise<void>
  stop(): Promise<void>
}

interface OpenMember {
  readonly plane: Awaited<ReturnType<typeof openPlane>>
  readonly ingester: Ingester
  readonly follower: Follower
  readonly beat: Beat
}

export function createMember(platform: Platform, config: ServingConfig): Member {
  const news = createNewsBoard()
  let open: OpenMember | undefined
  let draining: Promise<void> | undefined
  let lastUrl: string | undefined

  async function drain(): Promise<void> {
    await open?.follower.stop()
    await open?.plane.stop()
  }

  return {
    onNews: news.listen,
    inference: async () => {
      if (open === undefined) throw new Error('the member is used before it was started')
      return findInferenceTarget(open.plane)
    },
    controlPlaneUrl: async () => {
      const members = await listMembers(platform.db.typed<ServingTables>().read).catch(() => [])
      const [newest] = members.filter(({ role }) => role === 'control plane').sort((a, b) => b.seenAt - a.seenAt)
      lastUrl = newest?.url ?? lastUrl
      return lastUrl
    },
    start: async () => {
      open = await openMember(platform, config, news.tell)
      await open.plane.start()
      open.ingester.wake()
      open.beat.start()
    },
    ready: async () => {
      await platform.publicPort.opened
      await open?.follower.start()
    },
    drain: () => {
      draining ??= drain()
      return draining
    },
    stop: async () => {
      draining ??= drain()
      await draining
      await open?.ingester.catchUp().catch((error) => platform.log.error('predictions not stored yet', { error }))
      await open?.ingester.stop()
      await open?.beat.stop()
    },
  }
}

async function openMember(platform: Platform, config: ServingConfig, tellNews: NewsListener): Promise<OpenMember> {
  const models = await openModels(platform, config)
  const db = platform.db.typed<ServingTables>()
  const predictionDb = platform.db.typed<PredictionTables>()
  const identity = await findIdentity(platform, config.advertisedUrl)
  const plane = await openPlane(platform, config, () => ingester.wake())
  const ingester = createIngester({
    platform,
    db: predictionDb,
    folder: plane.logFolder,
    owner: `${identity.id}/`,
    featureNames: createFeatureNames((modelVersionId) => findFeatureNames(db.read, modelVersionId)),
    tellNews,
  })
  const follower = createFollower({
    platform,
    db,
    plane,
    findSource: (digest) => findSource(models, digest),
    onProgress: () => void beat.tell(),
  })
  const beat = createBeat({
    platform,
    db,
    plane,
    identity,
    role: 'member',
    leaseMs: config.memberLeaseMs,
    progress: async () => follower.progress(),
  })
  return { plane, ingester, follower, beat }
}
