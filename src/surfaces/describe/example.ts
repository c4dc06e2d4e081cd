import { type Description, fieldsOf, type JsonSchema, type OperationDescription, refName } from './description.ts'

/** The same call in three forms, with its required fields filled in. */
export interface CallExamples {
  readonly curl: string
  readonly cli: string
  readonly sdk: string
}

export function examplesOf(operation: OperationDescription, schemas: Description['schemas']): CallExamples {
  const required = fieldsOf(operation).filter((field) => field.isRequired)
  const values = Object.fromEntries(required.map(({ name, schema }) => [name, exampleValue(schema, { schemas, name })]))
  return { curl: curlOf(operation, values), cli: cliOf(operation, values), sdk: sdkOf(operation, values) }
}

function curlOf(operation: OperationDescription, values: Readonly<Record<string, unknown>>): string {
  const fields = fieldsOf(operation).filter((field) => field.name in values)
  const path = operation.path.replace(/\{(\w+)\*?\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const query = new URLSearchParams(
    fields.filter(({ place }) => place === 'query').map(({ name }) => [name, textOf(values[name])]),
  )
  const url = `http://127.0.0.1:5000${path}${query.size === 0 ? '' : `?${query}`}`
  const method = operation.method === 'GET' ? '' : ` -X ${operation.method}`
  if (operation.method === 'GET' || operation.method === 'DELETE') return `curl${method} '${url}'`
  const body = Object.fromEntries(
    fields.filter(({ place }) => place === 'body').map(({ name }) => [name, values[name]]),
  )
  if (Object.keys(body).length === 0) return `curl${method} '${url}'`
  return `curl${method} '${url}' \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`
}

function cliOf({ cli }: OperationDescription, values: Readonly<Record<string, unknown>>): string {
  if (cli.examples[0] !== undefined) return cli.examples[0]
  const positional = cli.args.filter((name) => name in values).map((name) => quote(textOf(values[name])))
  const flags = Object.entries(values)
    .filter(([name]) => !cli.args.includes(name))
    .flatMap(([name, value]) => (value === true ? [`--${kebab(name)}`] : [`--${kebab(name)}`, quote(textOf(value))]))
  return ['slipway', ...cli.command, ...positional, ...flags].join(' ')
}

function sdkOf(operation: OperationDescription, values: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(values).map(([name, value]) => `${name}: ${literal(value)}`)
  return `await slipway.${operation.name}(${fields.length === 0 ? '' : `{ ${fields.join(', ')} }`})`
}

/** A small value that the schema accepts; strings take the field's name so that a reader sees what belongs there. */
export function exampleValue(
  schema: JsonSchema,
  context: { readonly schemas: Description['schemas']; readonly name: string; readonly depth?: number },
): unknown {
  const { schemas, name, depth = 0 } = context
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum?.[0] !== undefined) return schema.enum[0]
  if (depth > 6) return {}
  const deeper = (part: JsonSchema, partName = name) =>
    exampleValue(part, { schemas, name: partName, depth: depth + 1 })
  const named = schema.$ref === undefined ? undefined : schemas[refName(schema.$ref)]
  if (named !== undefined) return deeper(named)
  const option = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0]
  if (option !== undefined) return deeper(option)
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).filter(([key]) => schema.required?.includes(key))
      return Object.fromEntries(entries.map(([key, part]) => [key, deeper(part, key)]))
    }
    case 'array':
      return schema.items === undefined ? [] : [deeper(schema.items, name.replace(/s$/, ''))]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return name
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function quote(text: string): string {
  return /^[\w@./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (value === null || typeof value !== 'object') return String(value)
  const fields = Object.entries(value).map(([key, part]) => `${/^\w+$/.test(key) ? key : `'${key}'`}: ${literal(part)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** `setAlias` -> `set-alias`, as in flags and commands. */
export function kebab(word: string): string {
  return word.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}
