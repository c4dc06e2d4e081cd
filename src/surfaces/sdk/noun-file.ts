import { type Description, isPaged, type JsonSchema, type OperationDescription, typeText } from '../describe/index.ts'
import { comment, declareType } from './type-code.ts'

/** One file per noun: the types of its inputs and outputs, then one function that makes its methods. */
export function nounFile(
  noun: string,
  operations: readonly OperationDescription[],
  schemas: Description['schemas'],
): string {
  const types = operations.flatMap((operation) => typesOf(operation, schemas))
  const body = methodsOf(operations, 1, '  ')
  const code = `${types.map(({ code }) => code).join('\n')}${types.length === 0 ? '' : '\n'}export function ${noun}(transport: Transport) {
  return {
${body}  }
}
`
  const isAnyPaged = operations.some(isPaged)
  const shapes = Object.keys(schemas).filter((name) => new RegExp(`\\b${name}\\b`).test(withoutComments(code)))
  return `${isAnyPaged ? "import { type Page, type PagedRequest, paged } from './paging.ts'\n" : ''}${
    shapes.length === 0 ? '' : `import type { ${shapes.join(', ')} } from './shapes.generated.ts'\n`
  }import type { CallOptions, Transport } from './transport.ts'

${code}`
}

function typesOf(operation: OperationDescription, schemas: Description['schemas']): { code: string }[] {
  const base = typeName(operation)
  const found: { code: string }[] = []
  if (hasInput(operation)) found.push({ code: declareType(checked(`${base}Input`, schemas), operation.input) })
  const output = isPaged(operation) ? itemOf(operation) : operation.output
  if (needsName(output)) found.push({ code: declareType(checked(outputName(operation), schemas), output) })
  return found
}

/** Methods, with deeper nouns (`models.versions.create`) as nested objects. */
function methodsOf(operations: readonly OperationDescription[], depth: number, indent: string): string {
  const own = operations.filter((operation) => operation.noun.length === depth)
  const deeper = new Map<string, OperationDescription[]>()
  for (const operation of operations) {
    const noun = operation.noun[depth]
    if (noun !== undefined) deeper.set(noun, [...(deeper.get(noun) ?? []), operation])
  }
  const nested = [...deeper].map(
    ([noun, inner]) => `${indent}  ${noun}: {\n${methodsOf(inner, depth + 1, `${indent}  `)}${indent}  },\n`,
  )
  return own.map((operation) => methodCode(operation, `${indent}  `)).join('') + nested.join('')
}

function methodCode(operation: OperationDescription, indent: string): string {
  const errors = operation.errors.length === 0 ? undefined : `Errors: ${operation.errors.join(', ')}.`
  const doc = comment(
    [operation.summary, operation.description, errors, `\`${operation.method} ${operation.path}\``],
    indent,
  )
  const route = `{ method: '${operation.method}', path: '${operation.path}' }`
  const input = hasInput(operation) ? `${inputParameter(operation)}, ` : ''
  const value = hasInput(operation) ? 'input' : '{}'
  const lines = isPaged(operation)
    ? [
        `${operation.verb}: (${input}options?: CallOptions): PagedRequest<${itemType(operation)}> =>`,
        `  paged((cursor) => transport.call<Page<${itemType(operation)}>>(${route}, cursor === undefined ? input : { ...input, cursor }, options)),`,
      ]
    : [
        `${operation.verb}: (${input}options?: CallOptions): Promise<${outputType(operation)}> =>`,
        `  transport.call(${route}, ${value}, options),`,
      ]
  return `${doc}${lines.map((line) => `${indent}${line}\n`).join('')}`
}

function inputParameter(operation: OperationDescription): string {
  const type = `${typeName(operation)}Input`
  return (operation.input.required ?? []).length === 0 ? `input: ${type} = {}` : `input: ${type}`
}

function hasInput(operation: OperationDescription): boolean {
  return Object.keys(operation.input.properties ?? {}).length > 0
}

/** An object with fields is worth a name of its own; anything else is written in place. */
function needsName(schema: JsonSchema): boolean {
  return schema.$ref === undefined && Object.keys(schema.properties ?? {}).length > 0
}

function outputType(operation: OperationDescription): string {
  if (needsName(operation.output)) return outputName(operation)
  return operation.output.properties === undefined ? typeText(operation.output) : 'Record<string, never>'
}

function itemType(operation: OperationDescription): string {
  const item = itemOf(operation)
  return needsName(item) ? outputName(operation) : typeText(item)
}

function itemOf(operation: OperationDescription): JsonSchema {
  return operation.output.properties?.items?.items ?? {}
}

function outputName(operation: OperationDescription): string {
  return `${typeName(operation)}${isPaged(operation) ? 'Item' : 'Output'}`
}

/** `models.versions.create` -> `ModelsVersionsCreate`. */
function typeName({ name }: OperationDescription): string {
  return name
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function checked(name: string, schemas: Description['schemas']): string {
  if (name in schemas) throw new Error(`${name} is the name of a shape and of an operation's type`)
  return name
}

function withoutComments(code: string): string {
  return code.replace(/\/\*\*[\s\S]*?\*\//g, '')
}
