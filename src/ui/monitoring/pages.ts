import { IconRadar2 } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import type { Monitor } from '../ground/wire.ts'
import { pointingAt } from '../kit/path.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { runPath } from '../tracking/paths.ts'
import { monitorPath, monitorsPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: monitorsPath,
    load: () => import('./monitors-page.tsx'),
    menu: { label: 'Monitors', section: 'run', order: 2, key: 'w', icon: IconRadar2 },
  },
  {
    path: monitorPath,
    load: () => import('./monitor-page.tsx'),
    finds: finds('Monitor', client.monitors.list, ({ name }) => [name, monitorPath(name)]),
    ids: {
      mon: (id) => pageOfMonitor((monitor) => monitor.id === id),
      bas: (id) => pageOfMonitor((monitor) => monitor.baselineId === id),
      win: async (id) => `${monitorPath((await client.monitors.windows.get({ window: id })).monitor)}?window=${id}`,
      alr: async (id) => {
        const { runId, monitor } = await client.alerts.get({ alert: id })
        return runId === undefined ? pointingAt(id, monitorPath(monitor), 'alerts') : runPath(runId)
      },
    },
  },
]

/** Monitors are asked for by name; their list is short. */
async function pageOfMonitor(isIt: (monitor: Monitor) => boolean): Promise<string> {
  const { items } = await client.monitors.list({ limit: 1000 })
  const found = items.find(isIt)
  return found === undefined ? monitorsPath() : monitorPath(found.name)
}
