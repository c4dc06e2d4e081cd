import type { Json } from '../../../kernel/json.ts'
import { invalidInput, type PythonParam } from '../../inference/index.ts'

/**
 * The params of a request with the defaults of the model's signature. One that the signature does not name is left out; a
 * value of another type is refused.
 */
export function completeParams(
  known: readonly PythonParam[],
  given: Readonly<Record<string, Json>> = {},
): Record<string, Json> {
  return Object.fromEntries(
    known.map((param) => {
      const value = given[param.name]
      if (value === undefined) return [param.name, param.default]
      if (!fits(param, value))
        throw invalidInput(`param "${param.name}" must be ${describe(param)}, got ${JSON.stringify(value)}`)
      return [param.name, value]
    }),
  )
}

const checks: Readonly<Record<PythonParam['type'], (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  other: () => true,
}

function fits({ type, isList }: PythonParam, value: Json): boolean {
  return isList ? Array.isArray(value) && value.every((each) => checks[type](each)) : checks[type](value)
}

function describe({ type, isList }: PythonParam): string {
  const words = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    other: 'a value',
  }
  return isList ? `a list, each ${words[type]}` : words[type]
}
