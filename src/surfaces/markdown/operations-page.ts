import { type Description, examplesOf, fieldsOf, type OperationDescription, typeText } from '../describe/index.ts'
import { generatedNote, table } from './table.ts'

/** Every operation with its fields and the three ways to call it, then the raw routes. */
export function operationsPage(description: Description): string {
  const sorted = [...description.operations].sort((a, b) => (a.name < b.name ? -1 : 1))
  const routes = description.routes.map(({ method, path, summary }) => [`\`${method} ${path}\``, summary])
  return `${generatedNote}# Operations

Each operation is an HTTP route, a command and a method of the SDK. Path parameters stand in the route; the other fields are the
query of GET and DELETE and the JSON body of the rest. Unknown fields are refused. A running server shows the same at \`/docs\`
and, as OpenAPI 3.1, at \`/openapi.json\`.

${sorted.map((operation) => section(operation, description.schemas)).join('\n')}
## Raw routes

Uploads, streams and the protocols of other tools.

${table(['route', 'what it does'], routes)}`
}

function section(operation: OperationDescription, schemas: Description['schemas']): string {
  const fields = fieldsOf(operation).map(({ name, schema, isRequired, place }) => [
    `\`${name}\``,
    `\`${typeText(schema)}\``,
    isRequired ? `${place}, required` : place,
    schema.description ?? '',
  ])
  const { curl, cli, sdk } = examplesOf(operation, schemas)
  const errors = operation.errors.map((code) => `[\`${code}\`](errors.md#${code})`)
  const parts = [
    `## ${operation.name}\n\n\`${operation.method} ${operation.path}\``,
    `${operation.summary}${operation.description === undefined ? '' : ` ${operation.description}`}`,
    fields.length === 0 ? undefined : table(['field', 'type', 'place', ''], fields).trimEnd(),
    `Answers ${operation.status} \`${typeText(operation.output)}\`.${errors.length === 0 ? '' : ` Errors: ${errors.join(', ')}.`}`,
    `\`\`\`sh\n${curl}\n${cli}\n\`\`\`\n\n\`\`\`ts\n${sdk}\n\`\`\``,
  ]
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`
}
