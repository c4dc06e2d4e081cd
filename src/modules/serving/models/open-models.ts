import { join } from 'node:path'
import type { Platform } from '../../../platform/platform.ts'
import { createEnvironments } from '../../../platform/runtimes/index.ts'
import type { ServingConfig } from '../config.ts'
import type { ServingTables } from '../tables.ts'
import type { SourceEnv } from './env.ts'

/** What makes models runnable on this host. */
export async function openModels(platform: Platform, config: ServingConfig): Promise<SourceEnv> {
  return {
    platform,
    db: platform.db.typed<ServingTables>(),
    environments: createEnvironments({
      folder: join(await platform.workDir('serving'), 'environments'),
      processes: platform.processes,
      interpreter: config.python,
    }),
    python: {
      instances: config.pythonInstances,
      threads: config.pythonThreads,
      timeoutMs: config.pythonTimeoutMs,
      memoryBytes: config.pythonMemoryBytes,
    },
    functions: {
      instances: config.functionInstances,
      timeoutMs: config.functionTimeoutMs,
      memoryBytes: config.functionMemoryBytes,
    },
    remoteHosts: config.remoteHosts,
  }
}
