import { join } from 'node:path'
import type { Platform } from '../../platform/platform.ts'
import { createEnvironments } from '../../platform/runtimes/index.ts'
import type { SourceContext } from './context.ts'
import type { ServableTables } from './tables.ts'

/** The settings `serving.…` that say how models are run; they are given by the module that has them. */
export interface ServableSettings {
  readonly python?: string | undefined
  readonly pythonInstances: number
  readonly pythonThreads: number
  readonly pythonTimeoutMs: number
  readonly pythonMemoryBytes: number
  readonly functionInstances: number
  readonly functionTimeoutMs: number
  readonly functionMemoryBytes: number
  readonly remoteHosts?: readonly string[] | undefined
}

/** What makes models runnable on this host. */
export async function openModels(platform: Platform, settings: ServableSettings): Promise<SourceContext> {
  return {
    platform,
    db: platform.db.typed<ServableTables>(),
    environments: createEnvironments({
      folder: join(await platform.workDir('serving'), 'environments'),
      processes: platform.processes,
      interpreter: settings.python,
    }),
    python: {
      instances: settings.pythonInstances,
      threads: settings.pythonThreads,
      timeoutMs: settings.pythonTimeoutMs,
      memoryBytes: settings.pythonMemoryBytes,
    },
    functions: {
      instances: settings.functionInstances,
      timeoutMs: settings.functionTimeoutMs,
      memoryBytes: settings.functionMemoryBytes,
    },
    remoteHosts: settings.remoteHosts,
  }
}
