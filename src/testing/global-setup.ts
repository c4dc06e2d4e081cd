/** Vitest's global set-up: folders of their own for all tests, and one real PostgreSQL. TEST_POSTGRES_URL names a running one. */
import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'
import { makeOwnFolders } from './own-folders.ts'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    /** Decides what stands for its kind (sample.ts); null when everything is tested. */
    sampleTurn: number | null
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folders = await makeOwnFolders()
  // The workers are started after this, with the variables of this process.
  Object.assign(process.env, folders.environment)
  const running = process.env.TEST_POSTGRES_URL
  const server = running === undefined ? await startPostgres() : { url: running, stop: async () => {} }
  project.provide('postgresUrl', server.url)
  project.provide('sampleTurn', process.env.SLIPWAY_TEST_LONG === 'true' ? null : commitNumber())
  return async () => {
    await server.stop()
    const leftovers = await folders.remove()
    if (leftovers.length === 0) return
    process.stderr.write(`The tests left behind:\n  ${leftovers.join('\n  ')}\n`)
    process.exitCode = 1
  }
}

function commitNumber(): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' })
  return Number.parseInt(stdout.slice(0, 8), 16) || 0
}
