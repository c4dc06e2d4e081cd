import type { Transport } from '../../sdk/index.ts'
import type { FieldSpec, Manifest } from './manifest.ts'
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
  // A method, not a property: its parameter is then bivariant, and commands of different input fit one list.
  /** Resolves with the exit code, or nothing for success. A thrown `AppError` or `SlipwayError` becomes the right code. */
  run(context: CommandContext): Promise<number | undefined>
}

export interface CommandContext<Input = Readonly<Record<string, unknown>>> {
  /** Arguments and flags by field name, read as their kind says. */
  readonly input: Input
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
  readonly program: Program
}

/** What this program is: all that it can do, and its version. */
export interface Program {
  readonly version: string
  readonly manifest: Manifest
  readonly commands: readonly Command[]
}

/** A command whose input has the types that its fields say: the schema is the fields, which load nothing. */
export function defineCommand<const Fields extends readonly FieldSpec[] = []>(
  command: Omit<Command, 'fields' | 'run'> & {
    readonly fields?: Fields
    run(context: CommandContext<InputOf<Fields>>): Promise<number | undefined>
  },
): Command {
  return command
}

/** What `readInput` makes of these fields; a field without a value is left out. */
export type InputOf<Fields extends readonly FieldSpec[]> = {
  readonly [F in Fields[number] as F extends RequiredField ? F['name'] : never]: ValueOf<F>
} & {
  readonly [F in Fields[number] as F extends RequiredField ? never : F['name']]?: ValueOf<F>
}

type RequiredField = { readonly isRequired: true }
type ValueOf<F extends FieldSpec> = F extends { readonly isList: true } ? readonly OneOf<F>[] : OneOf<F>
type OneOf<F extends FieldSpec> = F extends { readonly isSetting: true }
  ? string
  : F extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : Values[F['kind']]
interface Values {
  readonly text: string
  readonly number: number
  readonly boolean: boolean
  /** JSON may bring other values, which the server refuses. */
  readonly map: Readonly<Record<string, string>>
  readonly json: unknown
  readonly any: unknown
}
