import type { ErrorKind } from '../../kernel/errors.ts'
import type { HttpMethod, Permission, Stability } from '../../kernel/operation.ts'

/** JSON Schema 2020-12, the part that our schemas use. `$ref` always reads `#/components/schemas/<Name>`. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

export interface OperationDescription {
  readonly name: string
  readonly module: string
  /** `models.versions.create` -> `['models', 'versions']` and `create`. */
  readonly noun: readonly string[]
  readonly verb: string
  readonly method: HttpMethod
  /** `/v1/models/{model}/versions` */
  readonly path: string
  readonly parameters: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly status: number
  readonly allow: Permission
  readonly stability: Stability
  readonly errors: readonly string[]
  /** Always an object. */
  readonly input: JsonSchema
  readonly output: JsonSchema
  readonly cli: {
    readonly command: readonly string[]
    readonly args: readonly string[]
    readonly examples: readonly string[]
    readonly hasRender: boolean
  }
}

export interface RouteDescription {
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly allow: string
  readonly body: 'none' | 'bytes' | 'stream'
}

export interface EventTypeDescription {
  /** `registry.alias.moved` */
  readonly type: string
  readonly module: string
  readonly summary: string
  readonly sentences: readonly string[]
  readonly stream?: string
}

export interface SettingDescription {
  /** `log.level` */
  readonly key: string
  readonly schema: JsonSchema
  readonly doc: string
  readonly isSecret: boolean
}

export interface Description {
  readonly operations: readonly OperationDescription[]
  readonly routes: readonly RouteDescription[]
  readonly settings: readonly SettingDescription[]
  readonly eventTypes: readonly EventTypeDescription[]
  /** Each module with those whose doors it may call. */
  readonly needs: Readonly<Record<string, readonly string[]>>
  /** Shapes that several operations share, by name, in alphabetical order. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly errors: Readonly<Record<string, { kind: ErrorKind; message: string; hint?: string }>>
}

export interface FieldDescription {
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
  readonly place: 'path' | 'query' | 'body'
}

/** The input of an operation field by field, with where each one travels. */
export function fieldsOf(operation: OperationDescription): FieldDescription[] {
  const rest = operation.method === 'GET' || operation.method === 'DELETE' ? 'query' : 'body'
  return Object.entries(operation.input.properties ?? {}).map(([name, schema]) => ({
    name,
    schema,
    isRequired: operation.input.required?.includes(name) === true,
    place: operation.parameters.includes(name) ? 'path' : rest,
  }))
}

/** True when the operation answers pages: it takes a cursor and gives items. */
export function isPaged(operation: OperationDescription): boolean {
  const output = operation.output.properties ?? {}
  const isPage = 'items' in output && 'nextCursor' in output && Object.keys(output).length === 2
  return isPage && 'cursor' in (operation.input.properties ?? {})
}

/** `#/components/schemas/Run` -> `Run`. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
