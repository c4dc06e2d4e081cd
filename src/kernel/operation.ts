import { z } from 'zod'
import type { Principal } from './actor.ts'
import type { Declarations } from './declarations.ts'
import type { ErrorCode } from './errors.ts'

/**
 * An operation is one public act of a module, described once. HTTP route, OpenAPI, CLI command, SDK method, permission
 * check, audit verb and metric label all follow from this value; nothing about it is written a second time.
 */

/** What a surface knows about one call. */
export interface Call {
  readonly requestId: string
  readonly principal: Principal
  /** Aborts when the caller goes away or the server drains. */
  readonly signal: AbortSignal
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `resource:act`, for example `models:write`. */
export type Permission = `${string}:${'read' | 'write' | 'admin'}`

export type Stability = 'experimental' | 'stable' | 'deprecated'

/** How the CLI shows an operation. Without it the command is the name's words and the output a table or a record. */
export interface CliView<Output> {
  /** The command in words, when it differs from the operation's name: `trace` for `lineage.trace`. */
  readonly command?: string
  /** Input fields taken by position, in order; the default is the path's parameters. */
  readonly args?: readonly string[]
  /** Plain text for people, who may be told what the modules declare; `--json` always prints the output itself. */
  readonly render?: (output: Output, declared: readonly Declarations<unknown>[]) => string
  /** Example command lines, shown in help and executed by the docs test. */
  readonly examples?: readonly string[]
}

export interface OperationDefinition<Service, Input extends z.ZodObject, Output extends z.ZodType> {
  /** Dotted: `models.versions.create`. The last word is the verb, the rest the noun. */
  readonly name: string
  /** `METHOD /path/{parameter}`. Parameters are input fields; the rest is the query of GET and DELETE, else the body. */
  readonly http: `${HttpMethod} /${string}`
  readonly summary: string
  readonly description?: string
  readonly input: Input
  readonly output: Output
  /** Codes this operation may answer beside `codesOfAllOperations`. */
  readonly errors?: readonly ErrorCode[]
  readonly allow: Permission
  /**
   * What the permission is used on: `model:{model}` with input fields in braces, or a function where it depends on what is
   * asked; a word without a colon is a collection, as `models`. Absent: the collection that the permission names.
   */
  readonly subject?: string | ((input: z.output<Input>) => string | readonly string[])
  /** Status of success; 200 unless something was created. */
  readonly status?: 200 | 201 | 202
  readonly stability?: Stability
  readonly cli?: CliView<z.output<Output>>
  readonly run: (service: Service, input: z.output<Input>, call: Call) => Promise<z.output<Output>> | z.output<Output>
}

/** An operation with its types erased, as surfaces see it. */
export interface Operation<Service = never>
  extends Omit<OperationDefinition<Service, z.ZodObject, z.ZodType>, 'run' | 'cli' | 'subject'> {
  readonly subject?: string | ((input: never) => string | readonly string[])
  readonly cli?: CliView<never>
  readonly run: (service: Service, input: never, call: Call) => unknown
}

/** Checks the definition's form when the module loads, so a slip fails the first start and not the first call. */
export function operation<Service, Input extends z.ZodObject, Output extends z.ZodType>(
  definition: OperationDefinition<Service, Input, Output>,
): Operation<Service> {
  const { name, http, input } = definition
  if (!/^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)+$/.test(name))
    throw new Error(`operation ${name}: the name must be dotted words`)
  const subject = typeof definition.subject === 'string' ? definition.subject : ''
  for (const parameter of [...pathParameters(http), ...pathParameters(subject)]) {
    if (!(parameter in input.shape)) throw new Error(`operation ${name}: {${parameter}} is not an input field`)
  }
  return definition as unknown as Operation<Service>
}

/** Names of the `{parameters}` in a route, in order; a trailing `*` (rest of the path) is cut off. */
export function pathParameters(http: string): string[] {
  return [...http.matchAll(/\{(\w+)\*?\}/g)].map((match) => match[1] ?? '')
}

/** What a call of the operation is about. */
export function subjectsOf({ allow, subject = collectionOf(allow) }: Operation, input: unknown): readonly string[] {
  if (typeof subject === 'string') {
    const given = input as Readonly<Record<string, unknown>>
    return [subject.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(given[name]))]
  }
  const told = subject(input as never)
  return typeof told === 'string' ? [told] : told
}

/** `models` of `models:write`. */
export function collectionOf(permission: Permission): string {
  return permission.slice(0, permission.indexOf(':'))
}

/** `METHOD /path` in its two parts. */
export function splitRoute(http: string): { method: HttpMethod; path: string } {
  const [method, path] = http.split(' ')
  return { method: method as HttpMethod, path: path ?? '/' }
}

/** The output of operations that have nothing to say. */
export const Nothing = z.object({}).describe('An empty object.')
