import type { z } from 'zod'
import { type AppError, type FieldProblem, kernelErrors } from '../../kernel/errors.ts'

/** A JSON path as people write it: `steps[2].run`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

/** What zod found, with the value that was seen at each path. */
export function issuesToProblems(issues: readonly z.core.$ZodIssue[], input: unknown): FieldProblem[] {
  return issues.map((issue) => {
    const value = valueAt(input, issue.path)
    return {
      path: fieldPath(issue.path),
      message: value === undefined && isMissing(issue) ? 'is required' : issue.message,
      ...(value === undefined ? {} : { value: short(value) }),
    }
  })
}

/** The one error for any number of wrong fields. */
export function inputError(fields: readonly FieldProblem[]): AppError {
  const problems = fields.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  return kernelErrors.invalid_input({ problems }, { fields })
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

/** Large values would drown the message. */
function short(value: unknown): unknown {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : value
}
