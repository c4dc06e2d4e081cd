import type { ConfigSchema } from '../kernel/config.ts'
import type { IdMaker } from '../kernel/ids.ts'
import type { DialectDefinition, Doors, Module, ModuleDefinition } from '../kernel/module.ts'
import type { Analytics } from './analytics/index.ts'
import type { Blobs } from './blobs/index.ts'
import type { Database } from './db/index.ts'
import type { Events } from './events/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Processes } from './process/index.ts'
import type { Clock, Log } from './runtime/index.ts'

/** The outside world as modules see it: interfaces only. Made once by the composition root, handed to every module. */
export interface Platform {
  readonly clock: Clock
  readonly ids: IdMaker
  /** Already named after the module that receives it. */
  readonly log: Log
  readonly db: Database
  readonly blobs: Blobs
  readonly jobs: Jobs
  readonly events: Events
  readonly processes: Processes
  readonly analytics: Analytics
  /** Folder for a module's own working files, `<data-dir>/<module>`; made on first use. */
  readonly workDir: (part: string) => Promise<string>
  /** Where this server is reached: what child processes and workers are told. */
  readonly address: ServerAddress
}

export interface ServerAddress {
  /** `http://127.0.0.1:5000` once listening. */
  readonly url: () => string
  /** Token that authenticates the server's own children; empty when authentication is off. */
  readonly token: string
  /** Unix socket on which the control plane always listens, for the workers of the data plane. */
  readonly controlSocket: string
  readonly host: string
  readonly port: () => number
}

export type PlatformModule = Module<Platform>

/** `defineModule({ name, needs: { tracking }, … })`: types flow from `needs`, `config` and `create`. */
export function defineModule<Service, const Needs extends Doors<Platform>, const Config extends ConfigSchema>(
  definition: ModuleDefinition<Platform, Service, Needs, Config>,
): ModuleDefinition<Platform, Service, Needs, Config> {
  return definition
}

export function defineDialect<const Needs extends Doors<Platform>>(
  definition: DialectDefinition<Platform, Needs>,
): DialectDefinition<Platform, Needs> {
  return definition
}
