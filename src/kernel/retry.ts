/**
 * The one retry loop. Exponential backoff with full jitter: the wait before attempt k is uniform in
 * [0, min(maxDelayMs, firstDelayMs · 2^(k−1))]. Stops at once when `signal` aborts or `shouldRetry` says no.
 */
export interface RetryPolicy {
  readonly attempts: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  readonly shouldRetry: (error: unknown, attempt: number) => boolean
  readonly signal?: AbortSignal
  readonly random?: () => number
}

export async function retry<T>(policy: RetryPolicy, run: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      policy.signal?.throwIfAborted()
      if (attempt >= policy.attempts || !policy.shouldRetry(error, attempt)) throw error
      await sleep(backoffMs(policy, attempt), policy.signal)
    }
  }
}

/** The wait after failed attempt number `attempt` (from 1), in milliseconds. */
export function backoffMs(
  policy: Pick<RetryPolicy, 'firstDelayMs' | 'maxDelayMs' | 'random'>,
  attempt: number,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1))
  return Math.floor(ceiling * (policy.random ?? Math.random)())
}

/** Waits; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
