import type { z } from 'zod'
import type { FieldProblem } from '../../kernel/errors.ts'
import { type Operation, pathParameters, splitRoute } from '../../kernel/operation.ts'
import { inputError, issuesToProblems } from './field-problems.ts'
import { readText, unknownFields } from './schema-walk.ts'

/** The three places an operation's input comes from. */
export interface InputParts {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}

export type InputReader = (parts: InputParts) => unknown

/**
 * Makes the reader of one operation's input: path parameters, then the query (GET, DELETE) or the JSON body, joined, read
 * as the schema says and checked whole. Throws `invalid_input` with every problem at once.
 */
export function createInputReader(operation: Operation): InputReader {
  const { method } = splitRoute(operation.http)
  const parameters = pathParameters(operation.http)
  const usesQuery = method === 'GET' || method === 'DELETE'
  return (parts) => {
    const problems: FieldProblem[] = []
    const input = usesQuery ? fromQuery(operation.input, parts.query) : fromBody(parts, problems)
    for (const name of parameters) {
      const schema = operation.input.shape[name]
      const value = schema === undefined ? parts.params[name] : readText(schema, [parts.params[name] ?? ''])
      if (name in input && input[name] !== value)
        problems.push({
          path: name,
          message: `differs from the path, which says "${String(value)}"`,
          value: input[name],
        })
      input[name] = value
    }
    return check(operation.input, input, problems)
  }
}

function check(schema: z.ZodObject, input: unknown, problems: FieldProblem[]): unknown {
  problems.push(...unknownFields(schema, input))
  const parsed = schema.safeParse(input)
  if (!parsed.success) problems.push(...issuesToProblems(parsed.error.issues, input))
  if (problems.length > 0 || !parsed.success) throw inputError(dropRepeated(problems))
  return parsed.data
}

/** A strict schema reports an unknown field too, without the nearest name. */
function dropRepeated(problems: readonly FieldProblem[]): FieldProblem[] {
  const unknown = problems.filter((problem) => problem.message.startsWith('is not a known field'))
  return unknown.length === 0
    ? [...problems]
    : problems.filter((problem) => !problem.message.startsWith('Unrecognized key'))
}

function fromQuery(schema: z.ZodObject, query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const field = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
      const texts = query.getAll(name)
      return [name, field === undefined ? texts[0] : readText(field, texts)]
    }),
  )
}

function fromBody({ body, query }: InputParts, problems: FieldProblem[]): Record<string, unknown> {
  for (const name of new Set(query.keys()))
    problems.push({ path: name, message: 'is in the query; this operation takes its fields in the JSON body' })
  if (body === undefined) return {}
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    problems.push({ path: '', message: 'the body must be a JSON object' })
    return {}
  }
  return { ...body }
}
