import { z } from 'zod'
import { defineErrors, type FieldProblem } from './errors.ts'
import { nearest } from './nearest.ts'

/**
 * Configuration: flags > environment > file > defaults. Keys are dotted (`serving.workers`); the environment name
 * (`SLIPWAY_SERVING_WORKERS`) and the flag (`--serving-workers`) are derived, never typed by hand.
 */
export interface ConfigKey<T = unknown> {
  readonly schema: z.ZodType<T>
  /** Meaning, unit and consequence, in one sentence or two; feeds the reference page and --help. */
  readonly doc: string
  /** Never printed. */
  readonly secret?: boolean
}

export type ConfigSchema = Readonly<Record<string, ConfigKey>>
export type ConfigValues<S extends ConfigSchema> = {
  readonly [K in keyof S]: S[K] extends ConfigKey<infer T> ? T : never
}
export type ConfigSource = 'flag' | 'environment' | 'file' | 'default'

export function configKey<T>(schema: z.ZodType<T>, doc: string, options: { secret?: boolean } = {}): ConfigKey<T> {
  return { schema, doc, ...options }
}

export interface ConfigEntry {
  readonly value: unknown
  readonly source: ConfigSource
  /** Where exactly: the flag, the variable's name, or the file with the key. */
  readonly origin: string
}

export const configErrors = defineErrors({
  config_invalid: ['invalid', 'The configuration has {count} problem(s):\n{problems}', 'slipway config show'],
})

export function environmentName(key: string): string {
  return `SLIPWAY_${key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`
}

export function flagName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('.', '-')
    .toLowerCase()
}

export interface ConfigInputs {
  /** By flag name without dashes; values as typed. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The `server` section of slipway.yaml, nested or dotted. */
  readonly file: { readonly path: string; readonly values: unknown } | undefined
}

/**
 * Resolves every key of `schema`. Reports all problems at once, each with key, value and source; unknown flags,
 * SLIPWAY_ variables and file keys are problems too, with the nearest known name.
 */
export function resolveConfig(schema: ConfigSchema, inputs: ConfigInputs): Map<string, ConfigEntry> {
  const entries = new Map<string, ConfigEntry>()
  const problems: FieldProblem[] = []
  const file = flatten(inputs.file?.values)
  for (const [key, definition] of Object.entries(schema)) {
    const found = findValue(key, inputs, file)
    const parsed = definition.schema.safeParse(found.value)
    if (parsed.success) entries.set(key, { ...found, value: parsed.data })
    else {
      const shown = definition.secret ? '(secret)' : JSON.stringify(found.value)
      const why = parsed.error.issues.map((issue) => issue.message).join('; ')
      problems.push({ path: key, message: `${key} = ${shown} (from ${found.origin}): ${why}`, value: shown })
    }
  }
  problems.push(...unknownNames(schema, inputs, file), ...wrongSection(inputs.file))
  if (problems.length > 0) {
    const text = problems.map((problem) => `  - ${problem.message}`).join('\n')
    throw configErrors.config_invalid({ count: problems.length, problems: text }, { fields: problems })
  }
  return entries
}

function findValue(key: string, inputs: ConfigInputs, file: ReadonlyMap<string, unknown>): ConfigEntry {
  const flag = inputs.flags[flagName(key)]
  if (flag !== undefined) return { value: flag, source: 'flag', origin: `--${flagName(key)}` }
  const variable = inputs.environment[environmentName(key)]
  if (variable !== undefined) return { value: variable, source: 'environment', origin: environmentName(key) }
  if (file.has(key)) return { value: file.get(key), source: 'file', origin: `${inputs.file?.path}: server.${key}` }
  return { value: undefined, source: 'default', origin: 'default' }
}

function unknownNames(schema: ConfigSchema, inputs: ConfigInputs, file: ReadonlyMap<string, unknown>): FieldProblem[] {
  const keys = Object.keys(schema)
  const check = (seen: Iterable<string>, known: readonly string[], origin: (name: string) => string) =>
    [...seen]
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = nearest(name, known)
        return {
          path: name,
          message: `${origin(name)} is not a setting${near === undefined ? '' : `; did you mean ${near}?`}`,
        }
      })
  const variables = Object.keys(inputs.environment).filter(
    (name) => name.startsWith('SLIPWAY_') && !reservedVariables.has(name) && !name.startsWith('SLIPWAY_SECRET_'),
  )
  return [
    ...check(Object.keys(inputs.flags), keys.map(flagName), (name) => `--${name}`),
    ...check(variables, keys.map(environmentName), (name) => `environment variable ${name}`),
    ...check(file.keys(), keys, (name) => `${inputs.file?.path}: server.${name}`),
  ]
}

function wrongSection(file: ConfigInputs['file']): FieldProblem[] {
  const values = file?.values
  if (values === undefined || values === null || (typeof values === 'object' && !Array.isArray(values))) return []
  const shown = JSON.stringify(values)
  return [
    { path: 'server', message: `${file?.path}: server = ${shown} holds no settings; write server: { port: 5000 }` },
  ]
}

/** Variables with our prefix that are not settings: the client's address and token, test fault points; and secrets by name. */
const reservedVariables = new Set(['SLIPWAY_URL', 'SLIPWAY_TOKEN', 'SLIPWAY_FAULT', 'SLIPWAY_STEP'])

/** Nested objects as dotted keys; arrays and scalars are values. */
function flatten(values: unknown, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>()
  if (values === null || typeof values !== 'object') return flat
  for (const [name, value] of Object.entries(values)) {
    const key = prefix === '' ? name : `${prefix}.${name}`
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, deep] of flatten(value, key)) flat.set(inner, deep)
    } else flat.set(key, value)
  }
  return flat
}

/** Accepts true/false/1/0/yes/no as typed in flags and variables. */
export const flagBoolean = z.union(
  [
    z.boolean(),
    z.enum(['true', '1', 'yes', '']).transform(() => true),
    z.enum(['false', '0', 'no']).transform(() => false),
  ],
  'must be true or false',
)
