/** Vitest's global set-up: one real PostgreSQL for the whole run. TEST_POSTGRES_URL names a running one instead. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.TEST_POSTGRES_URL
  const server = running === undefined ? await startPostgres() : { url: running, stop: async () => {} }
  project.provide('postgresUrl', server.url)
  return server.stop
}

export interface PostgresServer {
  /** URL without a database name: `postgres://user:password@127.0.0.1:port`. */
  readonly url: string
  stop(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'postgres-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`PostgreSQL did not start: exit code ${code}`))),
  ])
  return {
    url,
    stop: async () => {
      child.stdin.end()
      await exited
    },
  }
}
