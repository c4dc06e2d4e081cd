import { invalidInput } from '../../platform/inference/index.ts'

/**
 * The parameter `timeout` of Triton's schedule policy, in microseconds: a request that waits longer for its model is not
 * run any more. 0 and absent mean no limit.
 */
export function isExpired(timeout: unknown, startedAt: number): (() => boolean) | undefined {
  if (timeout === undefined || timeout === null) return undefined
  const micros = Number(timeout)
  if (!Number.isFinite(micros) || micros < 0)
    throw invalidInput(`parameter timeout must be microseconds of 0 or more, got ${String(timeout)}`)
  if (micros === 0) return undefined
  const endsAt = startedAt + micros / 1000
  return () => performance.now() > endsAt
}
