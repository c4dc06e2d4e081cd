import { cliErrors } from './cli-errors.ts'
import { type FieldSpec, flagOf } from './manifest.ts'
import type { ArgumentShape, RawInput } from './parse-arguments.ts'
import type { Terminal } from './terminal.ts'

/** Texts as the values their fields want. Reads `@file` and `@-`. */
export async function readInput(
  shape: ArgumentShape,
  raw: RawInput,
  terminal: Pick<Terminal, 'readInput'>,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {}
  for (const [name, texts] of raw) {
    const field = shape.fields.find((candidate) => candidate.name === name)
    if (field !== undefined) input[name] = await readField(field, texts, { shape, terminal })
  }
  return input
}

interface Reading {
  readonly shape: ArgumentShape
  readonly terminal: Pick<Terminal, 'readInput'>
}

async function readField(field: FieldSpec, given: readonly string[], reading: Reading): Promise<unknown> {
  const fail = (value: string, problem: string) =>
    cliErrors.flag_value_invalid({ flag: flagOf(field.name), value, problem, command: reading.shape.title })
  const texts = await Promise.all(given.map((text) => fromFile(field, text, reading.terminal)))
  const [first = ''] = texts
  if (field.isList === true) {
    if (texts.length === 1 && first.trimStart().startsWith('[')) return parseJson(first, fail)
    return texts.map((text) => readOne(field, text, fail))
  }
  if (field.kind === 'map') return readMap(texts, fail)
  if (texts.length > 1) throw fail(texts.join(' '), 'is given more than once')
  return readOne(field, first, fail)
}

type Fail = (value: string, problem: string) => Error

function readOne(field: FieldSpec, text: string, fail: Fail): unknown {
  if (field.isSetting) return text
  if (field.choices !== undefined && !field.choices.includes(text))
    throw fail(text, `must be one of ${field.choices.join(', ')}`)
  switch (field.kind) {
    case 'number': {
      const value = Number(text)
      if (text.trim() === '' || Number.isNaN(value)) throw fail(text, 'must be a number')
      return value
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw fail(text, 'must be true or false')
      return text === 'true'
    case 'json':
    case 'map':
      return parseJson(text, fail)
    case 'any':
      return jsonOrText(text)
    default:
      return text
  }
}

/** `key=value` pairs, or one JSON object. */
function readMap(texts: readonly string[], fail: Fail): unknown {
  const [first = ''] = texts
  if (texts.length === 1 && first.trimStart().startsWith('{')) return parseJson(first, fail)
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      if (equals < 1) throw fail(text, 'must be key=value or a JSON object')
      return [text.slice(0, equals), text.slice(equals + 1)]
    }),
  )
}

/** `@path` is the content of a file, `@-` standard input; text that begins with an at sign is written `@@`. */
async function fromFile(field: FieldSpec, text: string, terminal: Reading['terminal']): Promise<string> {
  if (!text.startsWith('@')) return text
  if (text.startsWith('@@')) return text.slice(1)
  if (text === '@-') return terminal.readInput()
  // An alias such as `@champion` is text; only values that can be long come from files.
  if (field.kind === 'text') return text
  const path = text.slice(1)
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch((error: Error) => {
    throw cliErrors.file_unreadable({ path, problem: error.message }, { cause: error })
  })
}

function parseJson(text: string, fail: Fail): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw fail(
      text.length > 60 ? `${text.slice(0, 60)}…` : text,
      `is not JSON (${error instanceof Error ? error.message : error})`,
    )
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
