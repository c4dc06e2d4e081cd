import { extname, join } from 'node:path'
import { createIds } from '../kernel/ids.ts'
import type { ChildContext } from '../kernel/module.ts'
import { createAnalytics } from '../platform/analytics/index.ts'
import { accessRules, createAccess, createChildren } from '../platform/auth/index.ts'
import { localFolders, openBlobs } from '../platform/blobs/index.ts'
import { openDatabase } from '../platform/db/index.ts'
import { createEvents } from '../platform/events/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import type { Platform } from '../platform/platform.ts'
import { createProcesses } from '../platform/process/index.ts'
import { baseChildEnvironment, type Log, systemClock } from '../platform/runtime/index.ts'
import type { Assembly, ServerRole } from './assembly.ts'
import type { DataDir } from './data-dir.ts'
import type { OpenedPort } from './public-port.ts'

export interface PlatformInputs {
  readonly assembly: Assembly & { readonly role: ServerRole }
  readonly log: Log
  readonly dataDir: DataDir
  readonly port: OpenedPort
  readonly url: string
  /** Known only once the modules are created; asked for only while they run. */
  readonly blobRoots: () => AsyncIterable<string>
}

export interface OpenedPlatform {
  readonly platform: Platform
  close(): Promise<void>
}

/** Opens the outside world as configured. What is heavy (analytics, child processes) starts on first use. */
export async function openPlatform(inputs: PlatformInputs): Promise<OpenedPlatform> {
  const { assembly, log, dataDir, port, url } = inputs
  const { config, dialects } = assembly
  const clock = systemClock
  const ids = createIds(clock.now)
  const db = await openDatabase({
    url: config.databaseUrl ?? `file:${join(dataDir.path, 'slipway.db')}`,
    synchronous: config['db.synchronous'],
    mayBeAway: assembly.role.databaseMayBeAway,
  })
  const blobUrl = config.blobUrl ?? `file:${join(dataDir.path, 'blobs')}`
  const blobs = await openBlobs({
    url: blobUrl,
    cacheDir: join(dataDir.path, 'cache'),
    copiesFiles: assembly.role.copiesFiles,
    clock,
  }).catch(async (error) => {
    await db.close()
    throw error
  })
  const processes = createProcesses()
  const analytics = createAnalytics({
    // Files to read are blobs: in their own folder, or copied from S3 into the cache under the data directory.
    folders: [dataDir.path, ...localFolders(blobUrl)],
    tempFolder: join(dataDir.path, 'analytics'),
    memoryLimitMb: config['analytics.memoryLimitMb'],
  })
  const token = config['auth.token']
  const children = createChildren(token)
  const address = {
    url,
    access: accessRules({ host: config.host, allowedHosts: config['http.allowedHosts'], token }),
    controlSocket: dataDir.controlSocket,
  }
  const platform: Platform = {
    version: assembly.version,
    clock,
    ids,
    log,
    db,
    blobs,
    jobs: createJobs({ db, clock, ids, log: log.child('jobs') }),
    events: createEvents({ db, clock, log: log.child('events'), owner: ids('own') }),
    processes,
    analytics,
    workDir: dataDir.folder,
    address,
    publicPort: port,
    childEnvironment: (run) => childEnvironment(dialects, { ...run, url }),
    children,
    access: createAccess(address.access, children),
    blobRoots: inputs.blobRoots,
  }
  return {
    platform,
    close: async () => {
      await Promise.all([processes.stop(), analytics.stop()])
      await db.close()
    },
  }
}

/** Lets the Node scripts among a pipeline's steps find `slipway/step`: sdk/step-loader, as source or compiled, like this file. */
const stepLoader = new URL(`../sdk/step-loader${extname(import.meta.url)}`, import.meta.url).href

function childEnvironment(dialects: Assembly['dialects'], child: ChildContext): Record<string, string> {
  const own = {
    SLIPWAY_URL: child.url,
    ...(child.token === '' ? {} : { SLIPWAY_TOKEN: child.token }),
    NODE_OPTIONS: `--import=${stepLoader}`,
  }
  const foreign = dialects.map((dialect) => dialect.childEnvironment?.(child))
  return Object.assign(baseChildEnvironment(), own, ...foreign)
}
