import { IconRadar2 } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
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
      mon: pageOfMonitor,
      win: async (id) => `${monitorPath((await client.monitors.windows.get({ window: id })).monitor)}?window=${id}`,
      alr: async (id) => `${monitorPath((await client.alerts.get({ alert: id })).monitor)}?tab=alerts`,
    },
  },
]

/** Monitors are asked for by name; their list is short. */
async function pageOfMonitor(id: string): Promise<string> {
  const { items } = await client.monitors.list({ limit: 1000 })
  const found = items.find((monitor) => monitor.id === id)
  return found === undefined ? monitorsPath() : monitorPath(found.name)
}
