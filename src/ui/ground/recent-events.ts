import { useSyncExternalStore } from 'react'
import type { ServerEvent } from './wire.ts'

/** As many events as anyone scrolls through; older ones are dropped. */
const keptAtMost = 500

/** Readers are told at most this often: a burst of events must not become as many renderings. */
const tellEveryMs = 100

let events: readonly ServerEvent[] = []
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

/** Adds an event that the stream told; one that was told before (after a reconnect) is not added twice. */
export function rememberEvent(event: ServerEvent): void {
  const newest = events[0]
  if (newest !== undefined && event.seq <= newest.seq) return
  events = [event, ...events].slice(0, keptAtMost)
  if (timer === undefined) timer = setTimeout(tell, tellEveryMs)
}

function tell(): void {
  timer = undefined
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
