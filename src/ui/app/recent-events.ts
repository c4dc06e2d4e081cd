import { useSyncExternalStore } from 'react'
import type { ServerEvent } from './wire.ts'

/** As many events as anyone scrolls through; older ones are dropped. */
const keptAtMost = 500

let events: readonly ServerEvent[] = []
const listeners = new Set<() => void>()

/** Adds an event that the stream told; one that was told before (after a reconnect) is not added twice. */
export function rememberEvent(event: ServerEvent): void {
  const newest = events[0]
  if (newest !== undefined && event.seq <= newest.seq) return
  events = [event, ...events].slice(0, keptAtMost)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What happened on the server, newest first: the last ones before this page was opened, and everything since. */
export function useRecentEvents(): readonly ServerEvent[] {
  return useSyncExternalStore(subscribe, () => events)
}
