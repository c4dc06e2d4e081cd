import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConfigInputs, resolveConfig } from '../kernel/config.ts'
import { defineErrors } from '../kernel/errors.ts'
import type { Assembly, ServerRole } from './assembly.ts'
import { boot, type RunningServer } from './boot.ts'
import { fleetMember } from './roles.ts'
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
  /** A whole server, whose modules have all settings there are. */
  readonly whole: ServerParts
  /** What starts instead with the setting `dataPlaneOnly`, when `check` has no objection. */
  readonly member: ServerParts & { readonly check: ServerRole['check'] }
  /** Folder with package.json and, when built, dist/ui. */
  readonly packageDir: string
}

/** What a server of some kind consists of. */
export type ServerParts = Pick<Assembly, 'modules' | 'dialects' | 'doors'>

/** Starts a server from flags, environment and file. */
export async function serve(inputs: ServeInputs): Promise<RunningServer> {
  const file = await readServerSection(inputs.configPath)
  const { flags, environment } = inputs
  const settings = assembleConfig(inputs.whole.modules, (schema) => resolveConfig(schema, { flags, environment, file }))
  return boot({
    ...settings,
    ...(settings.config.dataPlaneOnly ? memberOf(inputs) : inputs.whole),
    version: await readVersion(inputs.packageDir),
    uiDir: join(inputs.packageDir, 'dist', 'ui'),
  })
}

function memberOf({ whole, member }: ServeInputs): ServerParts & Pick<Assembly, 'role'> {
  const schema = whole.modules.flatMap(({ migrations }) => migrations)
  return { modules: member.modules, dialects: member.dialects, role: fleetMember({ schema, check: member.check }) }
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
