import { isAppError } from '../../kernel/errors.ts'
import type { ServerConfig } from '../server-config.ts'

/** What one look found. `warning` still lets the server start. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failed'
  /** What is there, with the value that was seen. */
  readonly detail: string
  /** What to do; absent when all is well. */
  readonly advice?: string
}

export interface Check {
  /** `data directory` */
  readonly name: string
  /** Looks and changes nothing. A thrown error is a failure with its message. */
  readonly run: (context: CheckContext) => Promise<Finding>
}

export interface CheckContext {
  readonly config: ServerConfig
  readonly packageDir: string
}

export function ok(detail: string): Finding {
  return { state: 'ok', detail }
}

/** Runs all checks; one that throws does not keep the others from looking. */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
): Promise<(Finding & { name: string })[]> {
  return Promise.all(
    checks.map(async ({ name, run }) => ({
      name,
      ...(await run(context).catch((error: unknown) => fromError(error))),
    })),
  )
}

export function fromError(error: unknown): Finding {
  const hint = isAppError(error) ? error.hint : undefined
  const detail = error instanceof Error ? error.message : String(error)
  return { state: 'failed', detail, ...(hint === undefined ? {} : { advice: hint }) }
}
