/**
 * Starts a server from lists of modules and dialects: configure, take the data directory, migrate, create, start in order
 * of needs, listen, deliver events and jobs. Stopping is the same backwards. It names no module.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createIds } from '../kernel/ids.ts'
import type { AnyDialect, ChildContext } from '../kernel/module.ts'
import type { RawRoute } from '../kernel/route.ts'
import { createAuthenticate, createOriginGuard, requireSafeStart } from '../platform/auth/index.ts'
import { openBlobs } from '../platform/blobs/index.ts'
import { migrate, openDatabase } from '../platform/db/index.ts'
import { createEvents, eventMigrations } from '../platform/events/index.ts'
import { createJobs, jobMigrations } from '../platform/jobs/index.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import { createProcesses } from '../platform/process/index.ts'
import { baseChildEnvironment, createLog, type Log, systemClock } from '../platform/runtime/index.ts'
import { bindOperations, createHttp, eventRoute, type Http, type LifecycleState } from '../surfaces/http/index.ts'
import { type DataDir, takeDataDir } from './data-dir.ts'
import { orderByNeeds } from './module-order.ts'
import { choosePort, type OpenedPort } from './public-port.ts'
import type { ServerConfig } from './server-config.ts'

export interface Assembly {
  readonly modules: readonly PlatformModule[]
  readonly dialects: readonly AnyDialect<Platform>[]
  readonly config: ServerConfig
  /** Values of each module's own settings, by module name. */
  readonly moduleConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly version: string
  /** Folder of the built web application. */
  readonly uiDir: string
  /** Check every answer against its schema: on in tests. */
  readonly checkOutput?: boolean
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly platform: Platform
  /** Services by module name, for tests and the demo. */
  readonly services: Readonly<Record<string, unknown>>
  /** Stops accepting, finishes what is in hand, closes everything. Safe to call twice. */
  stop(): Promise<void>
}

interface StartedModule {
  readonly module: PlatformModule
  readonly service: unknown
}

export async function boot(assembly: Assembly): Promise<RunningServer> {
  const { config } = assembly
  requireSafeStart({ host: config.host, token: config['auth.token'], insecure: config.insecure })
  const log = createLog(config['log.level'])
  const undo: (() => Promise<unknown> | unknown)[] = []
  try {
    return await bootParts(assembly, log, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

async function bootParts(assembly: Assembly, log: Log, undo: (() => unknown)[]): Promise<RunningServer> {
  const { config } = assembly
  let http: Http | undefined
  let state: LifecycleState = 'starting'
  const port = await choosePort(config.host, config.port, (at) => {
    if (http === undefined) throw new Error('the router is not built yet')
    return http.listen(at)
  })
  const url = `http://${isAnyAddress(config.host) ? '127.0.0.1' : bracket(config.host)}:${port.port}`
  const dataDir = await takeDataDir(config.dataDir, { pid: process.pid, url })
  undo.push(dataDir.release)
  const parts = await openPlatform({ assembly, log, dataDir, port, url }, undo)
  const ordered = orderByNeeds(assembly.modules)
  const migrations = [...eventMigrations, ...jobMigrations, ...ordered.flatMap((module) => module.migrations)]
  await migrate(parts.platform.db, migrations, systemClock.now())

  const started = createModules(ordered, parts.platform, assembly.moduleConfig)
  parts.setRoots(started)
  registerBackground(started, parts.platform)
  http = await createHttp({
    operations: started.flatMap(({ module, service }) => bindOperations(module.name, module.operations, service)),
    routes: routesOf(assembly, started, parts.platform),
    lifecycle: { state: () => state, version: { name: 'slipway', version: assembly.version, node: process.version } },
    authenticate: createAuthenticate(tokensOf(config, parts.platform)),
    guard: createOriginGuard({
      host: config.host,
      allowedHosts: config['http.allowedHosts'],
      hasToken: config['auth.token'] !== undefined,
    }),
    log: log.child('http'),
    ids: parts.platform.ids,
    bodyLimitBytes: config['http.bodyLimitBytes'],
    uiDir: assembly.uiDir,
    checkOutput: assembly.checkOutput ?? false,
  })
  await listenOnSocket(http, dataDir.controlSocket)
  for (const { module, service } of started) {
    await module.start?.(service)
    undo.push(() => module.stop?.(service))
  }
  await port.open()
  state = 'ready'
  await parts.platform.events.start()
  await parts.platform.jobs.start()

  let stopping: Promise<void> | undefined
  const stopAll = async (router: Http) => {
    state = 'draining'
    for (const { module, service } of started) await module.drain?.(service)
    await Promise.all([router.close(config['shutdown.graceMs']), parts.platform.jobs.stop(config['shutdown.graceMs'])])
    await parts.platform.events.stop()
    for (const { module, service } of [...started].reverse()) await module.stop?.(service)
    await parts.close()
    dataDir.release()
  }
  const services = Object.fromEntries(started.map(({ module, service }) => [module.name, service]))
  const router = http
  return { url, port: port.port, platform: parts.platform, services, stop: () => (stopping ??= stopAll(router)) }
}

interface PlatformInputs {
  readonly assembly: Assembly
  readonly log: Log
  readonly dataDir: DataDir
  readonly port: OpenedPort
  readonly url: string
}

async function openPlatform({ assembly, log, dataDir, port, url }: PlatformInputs, undo: (() => unknown)[]) {
  const { config } = assembly
  const clock = systemClock
  const ids = createIds(clock.now)
  const databaseUrl = config.databaseUrl ?? `file:${join(dataDir.path, 'slipway.db')}`
  const db = await openDatabase({ url: databaseUrl, synchronous: config['db.synchronous'] })
  undo.push(() => db.close())
  const blobs = await openBlobs({
    url: config.blobUrl ?? `file:${join(dataDir.path, 'blobs')}`,
    cacheDir: join(dataDir.path, 'cache'),
    clock,
  })
  const events = createEvents({ db, clock, log: log.child('events'), owner: ids('own') })
  const jobs = createJobs({ db, clock, ids, log: log.child('jobs') })
  const missing = () => Promise.reject(new Error('this part lands within the hour'))
  const processes = createProcesses()
  const analytics: Platform['analytics'] = { query: missing, stop: async () => {} }
  let roots: readonly StartedModule[] = []
  const platform: Platform = {
    clock,
    ids,
    log,
    db,
    blobs,
    jobs,
    events,
    processes,
    analytics,
    workDir: dataDir.folder,
    address: { url, token: childToken(config), controlSocket: dataDir.controlSocket },
    publicPort: port,
    childEnvironment: (run) => childEnvironment(assembly.dialects, { ...run, ...platform.address }),
    blobRoots: () => rootsOf(roots),
  }
  return {
    platform,
    setRoots: (modules: readonly StartedModule[]) => {
      roots = modules
    },
    close: async () => {
      await Promise.all([processes.stop(), analytics.stop()])
      await db.close()
    },
  }
}

function createModules(
  ordered: readonly PlatformModule[],
  platform: Platform,
  configs: Assembly['moduleConfig'],
): StartedModule[] {
  const services = new Map<PlatformModule, unknown>()
  return ordered.map((module) => {
    const needed = Object.entries(module.needs as Record<string, PlatformModule>)
    const service = module.create({
      platform: { ...platform, log: platform.log.child(module.name) },
      config: configs[module.name] ?? {},
      needs: Object.fromEntries(needed.map(([name, door]) => [name, services.get(door)])),
    })
    services.set(module, service)
    return { module, service }
  })
}

function registerBackground(started: readonly StartedModule[], platform: Platform): void {
  for (const { module, service } of started) {
    for (const handler of module.jobs?.(service) ?? []) platform.jobs.handle(handler)
    for (const subscription of module.subscriptions?.(service) ?? []) platform.events.subscribe(subscription)
  }
}

function routesOf(assembly: Assembly, started: readonly StartedModule[], platform: Platform): RawRoute[] {
  const services = new Map(started.map(({ module, service }) => [module, service]))
  const ofModules = started.flatMap(({ module, service }) => module.routes?.(service) ?? [])
  const ofDialects = assembly.dialects.flatMap((dialect) => {
    const needed = Object.entries(dialect.needs).map(([name, door]) => [name, services.get(door)])
    return dialect.routes({
      platform: { ...platform, log: platform.log.child(dialect.name) },
      needs: Object.fromEntries(needed),
    })
  })
  return [eventRoute(platform.events), ...ofModules, ...ofDialects]
}

function childEnvironment(dialects: Assembly['dialects'], child: ChildContext): Record<string, string> {
  const own = { SLIPWAY_URL: child.url, ...(child.token === '' ? {} : { SLIPWAY_TOKEN: child.token }) }
  const foreign = dialects.map((dialect) => dialect.childEnvironment?.(child))
  return Object.assign(baseChildEnvironment(), own, ...foreign)
}

async function* rootsOf(started: readonly StartedModule[]): AsyncGenerator<string> {
  for (const { module, service } of started) {
    if (module.blobRoots !== undefined) yield* module.blobRoots(service)
  }
}

/** The operator's token and, when there is one, another that only this server's own children know. */
function tokensOf(config: ServerConfig, platform: Platform) {
  const token = config['auth.token']
  if (token === undefined) return []
  return [
    { token, principal: { id: 'token', kind: 'token' as const } },
    { token: platform.address.token, principal: { id: 'system', kind: 'system' as const } },
  ]
}

function childToken(config: ServerConfig): string {
  return config['auth.token'] === undefined ? '' : randomBytes(24).toString('base64url')
}

async function listenOnSocket(http: Http, path: string): Promise<void> {
  // The data directory is ours: a socket file there was left by a server that was killed.
  const { rm } = await import('node:fs/promises')
  await rm(path, { force: true })
  await http.listen({ path })
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
