import type { AnyDialect } from '../kernel/module.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import type { NamedDoor } from '../surfaces/describe/index.ts'
import type { ServerConfig } from './server-config.ts'

/** All that makes one server: what it consists of and how it is configured. */
export interface Assembly {
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
