import { hasCode, isAppError } from '../../kernel/errors.ts'
import type { JobRun } from '../../kernel/job.ts'

/**
 * True when a job that runs a model has failed for good: another attempt would meet the same, or there is none left. Who
 * waits for it is told then. A server that stops takes its processes along, which says nothing of the model.
 */
export function isFinalFailure(
  error: unknown,
  { signal, isLastAttempt }: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>,
): boolean {
  if (signal.aborted) return false
  return isLastAttempt || hasCode(error, 'scorer_lost') || (isAppError(error) && !error.retryable)
}

export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
