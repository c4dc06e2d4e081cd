import { Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { LiveState } from '../ground/event-stream.ts'
import { useLiveState } from './live.tsx'
import classes from './server-status.module.css'

const words: Record<LiveState, readonly [label: string, meaning: string]> = {
  live: ['Live', 'Connected: what happens on the server appears here by itself.'],
  connecting: ['Connecting', 'Connecting to the server for live updates.'],
  offline: ['Offline', 'The server does not answer. Start it with "slipway serve"; this page reconnects by itself.'],
}

/** Whether this page hears the server, and which version answers. */
export function ServerStatus() {
  const state = useLiveState()
  const version = useQuery({
    queryKey: ['server', 'version', state],
    queryFn: async () => (await (await client.raw('GET', '/version')).json()) as { readonly version?: string },
    enabled: state === 'live',
  })
  const [label, meaning] = words[state]
  return (
    <Tooltip label={meaning} multiline maw={280}>
      <output className={classes.root} data-state={state}>
        <span className={classes.dot} aria-hidden />
        {label}
        {version.data?.version === undefined ? null : <span className={classes.version}>{version.data.version}</span>}
      </output>
    </Tooltip>
  )
}
