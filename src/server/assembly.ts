import type { Migration } from '../kernel/migration.ts'
import type { AnyDialect } from '../kernel/module.ts'
import type { RawRoute } from '../kernel/route.ts'
import type { Database } from '../platform/db/index.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import type { Log } from '../platform/runtime/index.ts'
import type { NamedDoor } from '../surfaces/describe/index.ts'
import type { ServerConfig } from './server-config.ts'

/** What a whole server and a member of a fleet do differently; everything else of booting is the same. */
export interface ServerRole {
  /** Refuses settings with which it cannot do its work. */
  readonly check: (config: ServerConfig) => void
  /** It starts without its database too, and waits for it. */
  readonly databaseMayBeAway: boolean
  /** Brings the database to the schema of this program, or refuses one that has another. */
  readonly prepareDatabase: (inputs: DatabaseInputs) => Promise<unknown>
  /** Local copies even of blobs that lie in a folder, so that losing sight of a shared one stops nothing. */
  readonly copiesFiles: boolean
  /** Routes beside those of modules and dialects. */
  readonly routes: (parts: RoutesInputs) => RawRoute[]
  /** Delivers events and runs jobs. */
  readonly beginBackground: (platform: Platform) => Promise<void>
}

export interface DatabaseInputs {
  readonly database: Database
  readonly migrations: readonly Migration[]
  readonly log: Log
}

export interface RoutesInputs {
  readonly assembly: Assembly
  readonly platform: Platform
  /** Of modules and dialects. */
  readonly own: readonly RawRoute[]
}

/** All that makes one server: what it consists of and how it is configured. */
export interface Assembly {
  /** Default: a whole server. */
  readonly role?: ServerRole
  readonly modules: readonly PlatformModule[]
  readonly dialects: readonly AnyDialect<Platform>[]
  /** What each module exports: the reference takes the names of shared shapes from it. */
  readonly doors?: readonly NamedDoor[]
  readonly config: ServerConfig
  /** Values of each module's own settings, by module name. */
  readonly moduleConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly version: string
  /** Folder of the built web application. */
  readonly uiDir: string
  /** Check every answer against its schema: on in tests. */
  readonly checkOutput?: boolean
}
