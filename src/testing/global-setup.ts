/** Vitest's global set-up: folders of their own for all tests, and one real PostgreSQL. TEST_POSTGRES_URL names a running one. */
import type { TestProject } from 'vitest/node'
import { makeOwnFolders } from './own-folders.ts'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folders = await makeOwnFolders()
  // The workers are started after this, with the variables of this process.
  Object.assign(process.env, folders.environment)
  const running = process.env.TEST_POSTGRES_URL
  const server = running === undefined ? await startPostgres() : { url: running, stop: async () => {} }
  project.provide('postgresUrl', server.url)
  return async () => {
    await server.stop()
    const leftovers = await folders.remove()
    if (leftovers.length === 0) return
    process.stderr.write(`The tests left behind:\n  ${leftovers.join('\n  ')}\n`)
    process.exitCode = 1
  }
}
