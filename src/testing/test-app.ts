import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveConfig } from '../kernel/config.ts'
import type { AnyDialect } from '../kernel/module.ts'
import { orderByNeeds } from '../kernel/module-order.ts'
import type { DialectName } from '../platform/db/index.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import { boot, type RunningServer } from '../server/boot.ts'
import { assembleConfig } from '../server/settings.ts'
import { newDatabaseUrl } from './databases.ts'
import { type JsonAnswer, requestJson } from './json-requests.ts'

export interface TestAppOptions {
  /** Modules to start; those they need must be in the list. */
  readonly modules: readonly PlatformModule[]
  readonly dialects?: readonly AnyDialect<Platform>[]
  readonly database?: DialectName
  /** Settings by dotted key, as in slipway.yaml. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Keep using this data directory: a restart. */
  readonly dataDir?: string
}

export interface TestApp extends RunningServer {
  readonly dataDir: string
  /** Sends JSON (a string or bytes as they are) and reads JSON (text when it is none). */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<JsonAnswer>
  /** Resolves when no event is undelivered and no due job is left. */
  settled(): Promise<void>
  /** Stops the server and removes its data. */
  dispose(): Promise<void>
}

/** A real server on a free port with a data directory of its own, quiet, with every answer checked against its schema. */
export async function testApp(options: TestAppOptions): Promise<TestApp> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'slipway-app-')))
  const database = options.database === 'postgres' ? await newDatabaseUrl('postgres') : undefined
  const removeData = async () => {
    await database?.remove()
    await rm(dataDir, { recursive: true, force: true })
  }
  const values = {
    port: 0,
    dataDir,
    'log.level': 'silent',
    ...(database === undefined ? {} : { databaseUrl: database.url }),
    ...options.settings,
  }
  const server = await bootWith(options, dataDir, values).catch(async (error) => {
    if (options.dataDir === undefined) await removeData()
    throw error
  })
  return {
    ...server,
    dataDir,
    request: (...sent) => requestJson(server.url, ...sent),
    settled: async () => {
      // Events enqueue jobs and jobs emit events: quiet means that both were, twice in a row.
      for (let quiet = 0; quiet < 2; quiet++) {
        const before = await server.platform.events.lastSeq()
        await server.platform.events.settled()
        await server.platform.jobs.settled()
        if ((await server.platform.events.lastSeq()) !== before) quiet = -1
      }
    },
    dispose: async () => {
      await server.stop()
      await removeData()
    },
  }
}

async function bootWith(options: TestAppOptions, dataDir: string, values: object): Promise<RunningServer> {
  const modules = orderByNeeds(options.modules)
  const settings = assembleConfig(modules, (schema) =>
    resolveConfig(schema, { flags: {}, environment: {}, file: { path: 'test', values: { ...values } } }),
  )
  return boot({
    ...settings,
    modules,
    dialects: options.dialects ?? [],
    version: '0.0.0-test',
    uiDir: join(dataDir, 'no-ui'),
    checkOutput: true,
  })
}
