import type { ConfigSchema } from '../kernel/config.ts'
import type { IdMaker } from '../kernel/ids.ts'
import type { ChildContext, DialectDefinition, Doors, HasDoor, Module, ModuleDefinition } from '../kernel/module.ts'
import type { Analytics } from './analytics/index.ts'
import type { Access, AccessRules, Children } from './auth/index.ts'
import type { Blobs } from './blobs/index.ts'
import type { Database } from './db/index.ts'
import type { Events } from './events/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Processes } from './process/index.ts'
import type { Clock, Log } from './runtime/index.ts'

/** The outside world as modules see it: interfaces only. Made once by the composition root, handed to every module. */
export interface Platform {
  /** Of this program. */
  readonly version: string
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
  readonly publicPort: PublicPort
  /**
   * The whole environment of a child process that works for a run: a few variables of the system, where the server is,
   * and what each dialect adds for its own clients. `node` on its PATH is the Node this server runs on.
   */
  readonly childEnvironment: (run: Omit<ChildContext, 'url'>) => Readonly<Record<string, string>>
  readonly children: Children
  /** Who calls this process, and what they may do. */
  readonly access: Access
  /** Digests of every blob that some module still needs; what it does not name may be collected. */
  readonly blobRoots: () => AsyncIterable<string>
}

export interface ServerAddress {
  /** `http://127.0.0.1:5000`, always an address that this machine can connect to. */
  readonly url: string
  /** Who may call: for the workers, which answer on the public port as well. */
  readonly access: AccessRules
  /** Unix socket on which the control plane always listens, for the workers of the data plane. */
  readonly controlSocket: string
}

/** The one public TCP port, which either the control plane or the workers of the data plane accept on. */
export interface PublicPort {
  readonly host: string
  readonly port: number
  /** False where the system cannot share a port: the control plane then keeps it and passes inference on. */
  readonly isShareable: boolean
  /** Resolves once it is decided who accepts at first. A worker that started earlier would look like a foreign program. */
  readonly opened: Promise<void>
  /** The control plane stops accepting: workers do. Call it once they listen, or before `open` when they already do. */
  release(): Promise<void>
  /** The control plane accepts again: the workers are gone. */
  acquire(): Promise<void>
}

export type PlatformModule = Module<Platform>

/** `defineModule({ name, needs: { tracking }, … })`: types flow from `needs`, `config` and `create`. */
export function defineModule<
  Door,
  Inside extends HasDoor<Door>,
  const Needs extends Doors<Platform>,
  const Config extends ConfigSchema,
>(
  definition: ModuleDefinition<Platform, Door, Inside, Needs, Config>,
): ModuleDefinition<Platform, Door, Inside, Needs, Config> {
  return definition
}

export function defineDialect<const Needs extends Doors<Platform>>(
  definition: DialectDefinition<Platform, Needs>,
): DialectDefinition<Platform, Needs> {
  return definition
}
