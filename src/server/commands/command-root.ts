import type { InferenceGrpc, InferenceProtocol } from '../../platform/inference/index.ts'
import type { OpenRemote } from '../../platform/runtimes/index.ts'
import type { FieldSpec, Manifest } from '../../surfaces/cli/index.ts'

/** What the commands of the server need to know about where they run. */
export interface CommandRoot {
  readonly packageDir: string
  readonly manifest: Manifest
  /** Milliseconds since the process started. */
  readonly uptimeMs: () => number
  /** Loaded when an exported deployment is served. */
  readonly protocols: () => Promise<{
    readonly inferenceProtocols: readonly InferenceProtocol[]
    readonly inferenceGrpc: InferenceGrpc
    readonly openRemote: OpenRemote
  }>
}

/** Where spools are kept unless something else is said. */
export const spoolsFolder = '.slipway-spool'

/** The flags of commands that read the configuration: where it lies, and every setting. */
export function settingFields(root: CommandRoot): FieldSpec[] {
  const config: FieldSpec = { name: 'config', kind: 'text', doc: 'The file to read.', fallback: '"slipway.yaml"' }
  return [config, ...root.manifest.settings.map((setting) => ({ ...setting, isSetting: true }) as const)]
}
