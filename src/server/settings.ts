import type { ConfigEntry, ConfigSchema } from '../kernel/config.ts'
import type { PlatformModule } from '../platform/platform.ts'
import { type ServerConfig, serverConfig } from './server-config.ts'

/** Every setting there is: the server's own and, under its name, each module's: `serving.workers`. */
export function allSettings(modules: readonly PlatformModule[]): ConfigSchema {
  const ofModules = modules.flatMap((module) =>
    Object.entries(module.config as ConfigSchema).map(([key, value]) => [`${module.name}.${key}`, value] as const),
  )
  return { ...serverConfig, ...Object.fromEntries(ofModules) }
}

/** Resolves all settings and hands each part its own. */
export function assembleConfig(
  modules: readonly PlatformModule[],
  resolve: (schema: ConfigSchema) => ReadonlyMap<string, ConfigEntry>,
): {
  readonly config: ServerConfig
  readonly moduleConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>
} {
  const entries = resolve(allSettings(modules))
  const pick = (keys: readonly string[], prefix = '') =>
    Object.fromEntries(keys.map((key) => [key, entries.get(prefix + key)?.value]))
  return {
    config: pick(Object.keys(serverConfig)) as ServerConfig,
    moduleConfig: Object.fromEntries(
      modules.map((module) => [module.name, pick(Object.keys(module.config), `${module.name}.`)]),
    ),
  }
}
