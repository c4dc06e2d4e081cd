import { z } from 'zod'
import type { ConfigSchema } from '../../kernel/config.ts'
import { declaredErrors } from '../../kernel/errors.ts'
import type { EventDefinition } from '../../kernel/event.ts'
import { type Operation, pathParameters, splitRoute } from '../../kernel/operation.ts'
import type {
  Description,
  EventTypeDescription,
  JsonSchema,
  OperationDescription,
  RouteDescription,
} from './description.ts'
import { kebab } from './example.ts'
import { SchemaConverter } from './schema-converter.ts'
import type { SchemaNames } from './schema-names.ts'

export interface DescribeOptions {
  readonly operations: readonly { readonly module: string; readonly operation: Operation }[]
  readonly routes: readonly RouteDescription[]
  readonly names: SchemaNames
  readonly settings?: ConfigSchema
  readonly modules?: readonly DescribedModule[]
}

/** What is told of a module beside its operations. */
export interface DescribedModule {
  readonly name: string
  readonly needs: Readonly<Record<string, unknown>>
  readonly events: readonly EventDefinition<unknown>[]
  readonly declares?: unknown
  readonly gather?: unknown
}

/** Everything the outside may know, as data. Throws when two operations share a name or a route. */
export function describe(options: DescribeOptions): Description {
  refuseTwins(options)
  const converter = new SchemaConverter(options.names)
  const operations = options.operations.map(({ module, operation }) => describeOne(module, operation, converter))
  return {
    operations,
    routes: options.routes.map(({ method, path, summary, allow, body }) => ({ method, path, summary, allow, body })),
    settings: Object.entries(options.settings ?? {}).map(([key, setting]) => ({
      key,
      schema: converter.convert(setting.schema, 'input'),
      doc: setting.doc,
      isSecret: setting.secret === true,
    })),
    eventTypes: (options.modules ?? []).flatMap(({ name, events }) =>
      events.map((event) => describeEvent(name, event)),
    ),
    needs: needsOf(options.modules ?? []),
    schemas: converter.schemas(),
    errors: Object.fromEntries(
      [...declaredErrors()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([code, [kind, message, hint]]) => [code, { kind, message, ...(hint === undefined ? {} : { hint }) }]),
    ),
  }
}

/** A module that gathers what others declare asks them too: its answers are made of theirs. */
function needsOf(modules: readonly DescribedModule[]): Record<string, string[]> {
  const declaring = modules.filter(({ declares }) => declares !== undefined).map(({ name }) => name)
  return Object.fromEntries(
    modules.map(({ name, needs, gather }) => [name, gather === undefined ? Object.keys(needs) : declaring]),
  )
}

function describeOne(module: string, operation: Operation, converter: SchemaConverter): OperationDescription {
  const { method, path } = splitRoute(operation.http)
  const words = operation.name.split('.')
  const parameters = pathParameters(operation.http)
  return {
    name: operation.name,
    module,
    noun: words.slice(0, -1),
    verb: words.at(-1) ?? '',
    method,
    path,
    parameters,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    status: operation.status ?? 200,
    allow: operation.allow,
    stability: operation.stability ?? 'experimental',
    errors: operation.errors ?? [],
    // A new object, because a named shape would be converted to a reference, and callers need its fields.
    input: withPathRequired(converter.convert(z.object(operation.input.shape), 'input'), parameters),
    output: converter.convert(operation.output, 'output'),
    cli: {
      command: operation.cli?.command?.split(' ') ?? words.map(kebab),
      args: operation.cli?.args ?? parameters,
      examples: operation.cli?.examples ?? [],
      hasRender: operation.cli?.render !== undefined,
    },
  }
}

function describeEvent(
  module: string,
  { type, summary, sentence, stream }: EventDefinition<unknown>,
): EventTypeDescription {
  const sentences = typeof sentence === 'string' ? [sentence] : sentence
  return { type, module, summary, sentences, ...(stream === undefined ? {} : { stream }) }
}

/** A path parameter is there in every call, whatever the schema says of defaults. */
function withPathRequired(input: JsonSchema, parameters: readonly string[]): JsonSchema {
  const required = [...new Set([...parameters, ...(input.required ?? [])])]
  return { ...input, ...(required.length === 0 ? {} : { required }) }
}

function refuseTwins({ operations }: DescribeOptions): void {
  const seen = new Set<string>()
  for (const { operation } of operations) {
    for (const key of [operation.name, operation.http.replace(/\{\w+\*?\}/g, '{}')]) {
      if (seen.has(key)) throw new Error(`two operations share ${key}`)
      seen.add(key)
    }
  }
}
