import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

export interface PostgresServer {
  /** URL without a database name: `postgres://user:password@127.0.0.1:port`. */
  readonly url: string
  stop(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'postgres-server.ts')])
  const exited = once(child, 'exit')
  const said = text(child.stderr)
  const failed = exited.then(async () => {
    throw new Error(`PostgreSQL did not start: ${await said}`)
  })
  const started = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const url = await Promise.race([started, failed])
  failed.catch(() => {})
  return {
    url,
    stop: async () => {
      child.stdin.end()
      await exited
    },
  }
}
