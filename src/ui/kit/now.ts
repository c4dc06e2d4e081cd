import { useSyncExternalStore } from 'react'

/** One clock for all relative times of a page: they move together, once every ten seconds. */
const tickMs = 10_000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Epoch milliseconds, at most ten seconds old. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
