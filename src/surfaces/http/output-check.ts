import type { z } from 'zod'
import { fieldPath, issuesToProblems } from './field-problems.ts'

/**
 * Compares what an operation answered with the schema it declared; for tests and development, never in production.
 * Fields the schema does not declare are a problem too: the reference would not show them.
 */
export function outputProblems(schema: z.ZodType, output: unknown): string[] {
  // As the client will see it: undefined fields and class instances are gone.
  const sent: unknown = output === undefined ? undefined : JSON.parse(JSON.stringify(output))
  const parsed = schema.safeParse(sent)
  if (!parsed.success)
    return issuesToProblems(parsed.error.issues, sent).map(({ path, message }) => `${path}: ${message}`)
  return undeclared(sent, parsed.data).map((path) => `${path}: is not declared in the output schema`)
}

/** Paths in `sent` that parsing dropped. */
function undeclared(sent: unknown, parsed: unknown, path: readonly PropertyKey[] = []): string[] {
  if (Array.isArray(sent) && Array.isArray(parsed))
    return sent.flatMap((item, index) => undeclared(item, parsed[index], [...path, index]))
  if (sent === null || typeof sent !== 'object' || parsed === null || typeof parsed !== 'object') return []
  const kept = parsed as Record<string, unknown>
  return Object.entries(sent).flatMap(([key, value]) =>
    key in kept ? undeclared(value, kept[key], [...path, key]) : [fieldPath([...path, key])],
  )
}
