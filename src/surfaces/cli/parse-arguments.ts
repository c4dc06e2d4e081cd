import { nearest } from '../../kernel/nearest.ts'
import { cliErrors } from './cli-errors.ts'
import { type FieldSpec, flagOf } from './manifest.ts'

/** What a command takes, whoever described it. */
export interface ArgumentShape {
  /** `slipway runs create`, for messages. */
  readonly title: string
  readonly args: readonly string[]
  readonly fields: readonly FieldSpec[]
}

/** Texts by field name, as typed: reading them as numbers or files comes later. */
export type RawInput = Map<string, string[]>

/** Splits a command line into fields. Only looks: no file is read, nothing is sent. */
export function parseArguments(shape: ArgumentShape, words: readonly string[]): RawInput {
  const input: RawInput = new Map()
  const positional: string[] = []
  const queue = [...words]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      positional.push(...queue.splice(0))
    } else if (word === '-h') add(input, 'help', 'true')
    else if (word.startsWith('--')) add(input, ...readFlag(shape, word, queue))
    else positional.push(word)
  }
  takePositional(shape, positional, input)
  return input
}

/** The field that a flag names, and its text. */
function readFlag(shape: ArgumentShape, word: string, queue: string[]): [name: string, text: string] {
  const [, flag = word.slice(2), inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
  const field = shape.fields.find((candidate) => flagOf(candidate.name) === flag)
  if (field === undefined) return readNegatedFlag(shape, flag)
  // `--flag false` would be ambiguous with an argument: a value of a boolean needs the equals sign.
  if (field.kind === 'boolean' && !field.isList) return [field.name, inline ?? 'true']
  const value = inline ?? takeValue(queue)
  if (value === undefined && field.kind !== 'any') throw cliErrors.flag_value_missing({ flag, command: shape.title })
  return [field.name, value ?? 'true']
}

/** `--no-flag`; anything else is unknown. */
function readNegatedFlag(shape: ArgumentShape, flag: string): [string, string] {
  const negated = shape.fields.find((field) => field.kind === 'boolean' && `no-${flagOf(field.name)}` === flag)
  if (negated !== undefined) return [negated.name, 'false']
  const near = nearest(
    flag,
    shape.fields.map((field) => flagOf(field.name)),
  )
  const hint = near === undefined ? undefined : `Did you mean --${near}? See ${shape.title} --help`
  throw cliErrors.flag_unknown({ flag, command: shape.title }, hint === undefined ? {} : { hint })
}

/** The next word unless it is a flag; a value that begins with dashes is written `--flag=--value`. */
function takeValue(queue: string[]): string | undefined {
  return queue[0] === undefined || queue[0].startsWith('--') ? undefined : queue.shift()
}

function takePositional(shape: ArgumentShape, positional: readonly string[], input: RawInput): void {
  const open = shape.args.filter((name) => !input.has(name))
  const last = open.at(-1)
  const takesRest = shape.fields.find((field) => field.name === last)?.isList === true
  for (const [index, text] of positional.entries()) {
    const name = open[index] ?? (takesRest ? last : undefined)
    if (name === undefined) throw cliErrors.argument_surplus({ argument: text, command: shape.title })
    add(input, name, text)
  }
}

/** Throws for the first required field that is missing. */
export function requireFields(shape: ArgumentShape, input: RawInput): void {
  for (const field of shape.fields) {
    if (field.isRequired !== true || input.has(field.name)) continue
    const argument = shape.args.includes(field.name) ? flagOf(field.name) : `--${flagOf(field.name)}`
    throw cliErrors.argument_missing({ argument, command: shape.title })
  }
}

function add(input: RawInput, name: string, text: string): void {
  input.set(name, [...(input.get(name) ?? []), text])
}
