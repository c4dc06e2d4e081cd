import { codesOfAllOperations, errorKinds } from '../../kernel/errors.ts'
import {
  type Description,
  type FieldDescription,
  fieldsOf,
  type JsonSchema,
  type OperationDescription,
  type RouteDescription,
} from '../describe/index.ts'

type Json = Readonly<Record<string, unknown>>

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Json
  readonly servers: readonly Json[]
  readonly tags: readonly Json[]
  readonly paths: Readonly<Record<string, Record<string, Json>>>
  readonly components: Json
  readonly security: readonly Json[]
}

export function toOpenApi(description: Description, version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version,
      summary: 'The machine-learning life cycle in one process on one port.',
      description: 'Unknown fields of an input are refused. Every failure is a problem document with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tagsOf(description),
    paths: pathsOf(description),
    components: {
      schemas: { ...description.schemas, Problem: problemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'The token is the password; the name is not looked at.' },
      },
    },
    // The empty choice: a server without a token asks for none.
    security: [{ bearer: [] }, { basic: [] }, {}],
  }
}

function tagsOf({ operations, routes }: Description): Json[] {
  const nouns = new Set(operations.map((operation) => operation.noun[0] ?? operation.name))
  const tags = [...nouns].map((name) => ({ name }))
  return routes.length === 0
    ? tags
    : [...tags, { name: 'routes', description: 'Uploads, streams and foreign protocols.' }]
}

function pathsOf(description: Description): Record<string, Record<string, Json>> {
  const paths: Record<string, Record<string, Json>> = {}
  const add = (path: string, method: string, item: Json) => {
    // OpenAPI has no parameter that spans slashes: `{path*}` is written as a plain one and explained in its description.
    const plain = path.replaceAll('*}', '}')
    paths[plain] = { ...paths[plain], [method.toLowerCase()]: item }
  }
  for (const route of description.routes) add(route.path, route.method, rawItem(route))
  for (const operation of description.operations)
    add(operation.path, operation.method, operationItem(operation, description.errors))
  return paths
}

function operationItem(operation: OperationDescription, errors: Description['errors']): Json {
  const fields = fieldsOf(operation)
  const body = fields.filter((field) => field.place === 'body')
  return {
    operationId: operation.name,
    tags: [operation.noun[0] ?? operation.name],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(operation.stability === 'deprecated' ? { deprecated: true } : {}),
    'x-stability': operation.stability,
    'x-permission': operation.allow,
    'x-cli': `slipway ${operation.cli.command.join(' ')}`,
    parameters: fields.filter((field) => field.place !== 'body').map(parameter),
    ...(body.length === 0 ? {} : { requestBody: requestBody(body) }),
    responses: {
      [operation.status]: {
        description: 'Done.',
        content: { 'application/json': { schema: operation.output } },
      },
      ...errorResponses([...operation.errors, ...codesOfAllOperations], errors),
    },
  }
}

function parameter({ name, schema, isRequired, place }: FieldDescription): Json {
  const { description, ...rest } = schema
  const isPlain = schema.$ref === undefined && !['object', 'array'].includes(String(schema.type ?? ''))
  return {
    name,
    in: place,
    ...(isRequired ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema: isPlain || schema.type === 'array' ? rest : schema,
    ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
  }
}

function requestBody(fields: readonly FieldDescription[]): Json {
  const required = fields.filter((field) => field.isRequired).map((field) => field.name)
  const schema: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
  return { required: required.length > 0, content: { 'application/json': { schema } } }
}

/** One answer per status; its description lists the codes with their messages. */
function errorResponses(codes: readonly string[], errors: Description['errors']): Json {
  const byStatus = new Map<number, string[]>()
  for (const code of new Set(codes)) {
    const error = errors[code]
    if (error === undefined) continue
    const status = errorKinds[error.kind].http
    byStatus.set(status, [...(byStatus.get(status) ?? []), `- \`${code}\`: ${error.message}`])
  }
  const entries = [...byStatus].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    entries.map(([status, lines]) => [
      status,
      {
        description: lines.join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function rawItem(route: RouteDescription): Json {
  const names = [...route.path.matchAll(/\{(\w+)(\*?)\}/g)]
  return {
    operationId: `${route.method.toLowerCase()} ${route.path}`,
    tags: ['routes'],
    summary: route.summary,
    'x-permission': route.allow,
    'x-body': route.body,
    ...(route.allow === 'public' ? { security: [{}] } : {}),
    parameters: names.map(([, name, rest]) => ({
      name,
      in: 'path',
      required: true,
      ...(rest === '*' ? { description: 'The rest of the path; it may hold slashes.' } : {}),
      schema: { type: 'string' },
    })),
    ...(route.body === 'none' ? {} : { requestBody: { content: { '*/*': { schema: {} } } } }),
    responses: { default: { description: route.summary } },
  }
}

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457 problem document.',
  properties: {
    type: { type: 'string', description: 'Where the code is explained.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable name of what happened.' },
    detail: { type: 'string' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' }, value: {} },
        required: ['path', 'message'],
      },
    },
    hint: { type: 'string', description: 'What to do next.' },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}
