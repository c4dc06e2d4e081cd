import { isAppError } from '../../../kernel/errors.ts'
import type { Series } from './counters.ts'

/** Ours, or the request's own: wrong, or given up by its client. */
export function failureKind(error: unknown): 'failed' | 'rejected' {
  return isAppError(error) && (error.kind === 'invalid' || error.code === 'inference_abandoned') ? 'rejected' : 'failed'
}

export function failureReason(error: unknown): Parameters<Series['failed']>[0] {
  if (!isAppError(error)) return 'failed'
  if (error.code === 'inference_abandoned') return 'abandoned'
  return error.code === 'inference_overloaded' ? 'overloaded' : error.kind === 'invalid' ? 'invalid' : 'failed'
}
