/** Wakes everyone who waits, in the same process at once, and in a shared database also on a timer. */
export interface Waker {
  wake(): void
  /** Resolves at the next `wake`, at the next tick of the timer, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>
}

/** `pollMs` undefined: nobody else writes, so there is no timer and an idle process stays idle. */
export function createWaker(pollMs: number | undefined): Waker {
  let waiting = new Set<() => void>()
  const wake = () => {
    const woken = waiting
    waiting = new Set()
    for (const resolve of woken) resolve()
  }
  return {
    wake,
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const timer = pollMs === undefined ? undefined : setTimeout(done, pollMs)
        timer?.unref()
        function done() {
          clearTimeout(timer)
          waiting.delete(done)
          signal.removeEventListener('abort', done)
          resolve()
        }
        waiting.add(done)
        signal.addEventListener('abort', done, { once: true })
      }),
  }
}
