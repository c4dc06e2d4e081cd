import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConfigInputs, resolveConfig } from '../kernel/config.ts'
import { defineErrors } from '../kernel/errors.ts'
import type { AnyDialect } from '../kernel/module.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import type { Assembly } from './assembly.ts'
import { boot, type RunningServer } from './boot.ts'
import { assembleConfig } from './settings.ts'

export const serveErrors = defineErrors({
  config_file_unreadable: [
    'invalid',
    '{path} cannot be read as YAML: {problem}.',
    'Correct the file, or name another with --config.',
  ],
})

export interface ServeInputs {
  readonly flags: ConfigInputs['flags']
  readonly environment: ConfigInputs['environment']
  /** slipway.yaml to take the `server` section from; it may be missing. */
  readonly configPath: string
  readonly modules: readonly PlatformModule[]
  readonly dialects: readonly AnyDialect<Platform>[]
  readonly doors: NonNullable<Assembly['doors']>
  /** Folder with package.json and, when built, dist/ui. */
  readonly packageDir: string
}

/** Starts a server from flags, environment and file. */
export async function serve(inputs: ServeInputs): Promise<RunningServer> {
  const file = await readServerSection(inputs.configPath)
  const { flags, environment } = inputs
  const settings = assembleConfig(inputs.modules, (schema) => resolveConfig(schema, { flags, environment, file }))
  return boot({
    ...settings,
    modules: inputs.modules,
    dialects: inputs.dialects,
    doors: inputs.doors,
    version: await readVersion(inputs.packageDir),
    uiDir: join(inputs.packageDir, 'dist', 'ui'),
  })
}

/** The `server` section of slipway.yaml; YAML is parsed only when the file is there. */
export async function readServerSection(path: string): Promise<ConfigInputs['file']> {
  if (!existsSync(path)) return undefined
  const { parse } = await import('yaml')
  try {
    const document: unknown = parse(await readFile(path, 'utf8'))
    const section =
      document !== null && typeof document === 'object' && 'server' in document ? document.server : undefined
    return { path, values: section ?? {} }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw serveErrors.config_file_unreadable({ path, problem }, { cause: error })
  }
}

export async function readVersion(packageDir: string): Promise<string> {
  const text = await readFile(join(packageDir, 'package.json'), 'utf8')
  return String(JSON.parse(text).version)
}
