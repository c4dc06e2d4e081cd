import type { Transport } from '../../sdk/index.ts'
import type { FieldSpec } from './manifest.ts'
import type { Terminal } from './terminal.ts'

/**
 * A command that is written by hand: one file each in `commands/`. Only this description is loaded for help and
 * completion; `run` imports what it needs when it is called.
 */
export interface Command {
  /** `['datasets', 'add']` */
  readonly words: readonly string[]
  readonly summary: string
  readonly description?: string
  /** Names of fields taken by position, in order; the last may be a list and then takes the rest. */
  readonly args?: readonly string[]
  readonly fields?: readonly FieldSpec[]
  readonly examples?: readonly string[]
  /** Resolves with the exit code, or nothing for success. A thrown `AppError` or `SlipwayError` becomes the right code. */
  readonly run: (context: CommandContext) => Promise<number | undefined>
}

export interface CommandContext {
  /** Arguments and flags by field name, read as their kind says. */
  readonly input: Readonly<Record<string, unknown>>
  readonly isJson: boolean
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  /** The server that --url, SLIPWAY_URL and SLIPWAY_TOKEN name. */
  readonly url: string
  readonly transport: () => Promise<Transport>
  /** The text form that an operation gives what it answers. */
  readonly render: (operation: string, output: unknown) => Promise<string>
}
