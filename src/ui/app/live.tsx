import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { client as slipway } from '../ground/client.ts'
import { followEvents, type LiveState } from '../ground/event-stream.ts'
import { rememberEvent } from '../ground/recent-events.ts'
import { refreshedBy } from '../ground/refreshed-queries.ts'
import type { ServerEvent } from '../ground/wire.ts'

const LiveContext = createContext<LiveState>('connecting')

export function useLiveState(): LiveState {
  return useContext(LiveContext)
}

/** Events from before the page are history, not news; a minute allows for clocks that differ. */
const skewMs = 60_000

/** Long enough to gather a burst (a pipeline step makes a dozen events), short enough to feel immediate. */
const gatherMs = 300

const openStream = (path: string, signal: AbortSignal) => slipway.raw('GET', path, { signal })

/** The one connection to the server's events. Queries are keyed `[module, …]`; news of a module refetches its queries. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    const gather = gatherInvalidations(client)
    const stop = followEvents({ open: openStream, onEvent: gather.add, onState: setState })
    return () => {
      stop()
      gather.stop()
    }
  }, [client])
  return <LiveContext value={state}>{children}</LiveContext>
}

/** More pages than these are asked for again when the reader comes back to them, and not with every event. */
const mostPages = 3

/** A list that was scrolled far: fetching all of it again with each event would keep the server busy for one reader. */
function isLong({ state }: Query): boolean {
  const data = state.data as { readonly pages?: unknown } | undefined
  return Array.isArray(data?.pages) && data.pages.length > mostPages
}

function gatherInvalidations(client: QueryClient) {
  const openedAt = Date.now()
  const stale = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    const names = new Set(stale)
    stale.clear()
    const isStale = (query: Query) => names.has(String(query.queryKey[0]))
    void client.invalidateQueries({ predicate: (query) => isStale(query) && !isLong(query) })
    void client.invalidateQueries({ predicate: (query) => isStale(query) && isLong(query), refetchType: 'none' })
  }
  return {
    add(event: ServerEvent) {
      rememberEvent(event)
      if (event.at < openedAt - skewMs) return
      for (const name of refreshedBy(event.type)) stale.add(name)
      timer ??= setTimeout(flush, gatherMs)
    },
    stop: () => clearTimeout(timer),
  }
}
