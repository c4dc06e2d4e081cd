/**
 * Starts a server from lists of modules and dialects: configure, take the data directory, migrate, create, start in order
 * of needs, listen, deliver events and jobs. Stopping is the same backwards. It names no module.
 */
import { rm } from 'node:fs/promises'
import { orderByNeeds } from '../kernel/module-order.ts'
import { requireSafeStart } from '../platform/auth/index.ts'
import { eventMigrations } from '../platform/events/index.ts'
import { jobMigrations } from '../platform/jobs/index.ts'
import type { Platform } from '../platform/platform.ts'
import { createLog } from '../platform/runtime/index.ts'
import { createGrpc } from '../surfaces/grpc/index.ts'
import { bindOperations, createHttp, type Http, type LifecycleState } from '../surfaces/http/index.ts'
import type { Assembly, ServerRole } from './assembly.ts'
import { takeDataDir } from './data-dir.ts'
import { type OpenedPlatform, openPlatform } from './open-platform.ts'
import { choosePort, type OpenedPort } from './public-port.ts'
import { wholeServer } from './roles.ts'
import {
  blobRoots,
  createModules,
  gatherDeclarations,
  grpcServices,
  rawRoutes,
  registerBackground,
  type StartedModule,
} from './started-modules.ts'

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly platform: Platform
  /** Doors by module name, for tests. */
  readonly doors: Readonly<Record<string, unknown>>
  /** Stops accepting, finishes what is in hand, closes everything. Safe to call twice. */
  stop(): Promise<void>
}

type BootAssembly = Assembly & { readonly role: ServerRole }

/** What has been opened so far, to be closed in reverse when a later step fails and when the server stops. */
type Opened = (() => Promise<unknown> | unknown)[]

export async function boot(assembly: Assembly): Promise<RunningServer> {
  const { config, role = wholeServer } = assembly
  role.check(config)
  requireSafeStart({ host: config.host, token: config['auth.token'], insecure: config.insecure })
  const opened: Opened = []
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  try {
    return await start({ ...assembly, role }, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(assembly: BootAssembly, opened: Opened, close: () => Promise<void>): Promise<RunningServer> {
  const { config } = assembly
  const router: { http?: Http; state: LifecycleState } = { state: 'starting' }
  const port = await choosePort(config.host, config.port, (at) => {
    if (router.http === undefined) throw new Error('the router is not built yet')
    return router.http.listen(at)
  })
  const url = `http://${reachableHost(config.host)}:${port.port}`
  const { platform, started, controlSocket } = await openModules(assembly, { port, url }, opened)

  const http = await createRouter(assembly, { platform, started, state: () => router.state })
  router.http = http
  // The data directory is ours: a socket file there was left by a server that was killed.
  await rm(controlSocket, { force: true })
  await http.listen({ path: controlSocket })
  for (const { module, inside } of started) {
    await module.start?.(inside)
    opened.push(() => module.stop?.(inside))
  }
  await port.open()
  for (const { module, inside } of started) await module.ready?.(inside)
  router.state = 'ready'
  await assembly.role.beginBackground(platform)

  let stopping: Promise<void> | undefined
  const stop = async () => {
    router.state = 'draining'
    http.beginDrain()
    for (const { module, inside } of started) await module.drain?.(inside)
    const graceMs = config['shutdown.graceMs']
    await Promise.all([http.close(graceMs), platform.jobs.stop(graceMs)])
    await platform.events.stop()
    await close()
  }
  return {
    url,
    port: port.port,
    platform,
    doors: Object.fromEntries(started.map(({ module, inside }) => [module.name, inside.door])),
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

async function openModules(assembly: BootAssembly, at: { port: OpenedPort; url: string }, opened: Opened) {
  const { config, modules } = assembly
  const ordered = orderByNeeds(modules)
  const dataDir = await takeDataDir(config.dataDir, { pid: process.pid, url: at.url })
  opened.push(dataDir.release)
  const started: StartedModule[] = []
  const log = createLog(config['log.level'])
  const { platform, close }: OpenedPlatform = await openPlatform({
    assembly,
    log,
    dataDir,
    ...at,
    blobRoots: () => blobRoots(started),
  })
  opened.push(close)
  const migrations = [...eventMigrations, ...jobMigrations, ...ordered.flatMap((module) => module.migrations)]
  await assembly.role.prepareDatabase({ database: platform.db, migrations, log })
  started.push(...createModules(ordered, platform, assembly.moduleConfig))
  gatherDeclarations(started)
  registerBackground(started, platform)
  return { platform, started, controlSocket: dataDir.controlSocket }
}

interface RouterParts {
  readonly platform: Platform
  readonly started: readonly StartedModule[]
  readonly state: () => LifecycleState
}

function createRouter(assembly: BootAssembly, { platform, started, state }: RouterParts): Promise<Http> {
  const { config } = assembly
  const { access } = platform
  const bodyLimitBytes = config['http.bodyLimitBytes']
  const services = grpcServices(assembly, started, platform)
  return createHttp({
    operations: started.flatMap(({ module, inside }) => bindOperations(module.name, module.operations, inside.door)),
    routes: assembly.role.routes({ assembly, platform, own: rawRoutes(assembly, started, platform) }),
    http2: createGrpc({ owned: services, access, clock: platform.clock, limitBytes: bodyLimitBytes }),
    lifecycle: {
      state,
      version: { name: 'slipway', version: assembly.version, node: process.version },
      foreignVersion: (headers) => firstOf(assembly.dialects, (dialect) => dialect.versionFor?.(headers)),
    },
    access,
    log: platform.log.child('http'),
    ids: platform.ids,
    bodyLimitBytes,
    uiDir: assembly.uiDir,
    checkOutput: assembly.checkOutput ?? false,
  })
}

function firstOf<T, R>(list: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** A host that this machine itself can connect to, as it stands in a URL. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
