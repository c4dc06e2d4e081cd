import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const monitoringQueries = {
  monitors: () =>
    queryOptions({ queryKey: ['monitoring', 'monitors'], queryFn: () => client.monitors.list({ limit: 1000 }) }),
  monitor: (name: string) =>
    queryOptions({ queryKey: ['monitoring', 'monitor', name], queryFn: () => client.monitors.get({ name }) }),
  windows: (monitor: string, limit = 60) =>
    queryOptions({
      queryKey: ['monitoring', 'windows', monitor, limit],
      queryFn: () => client.monitors.windows.list({ monitor, limit }),
    }),
  alerts: (state?: 'open' | 'closed') =>
    queryOptions({
      queryKey: ['monitoring', 'alerts', state],
      queryFn: () => client.alerts.list({ limit: 100, ...(state === undefined ? {} : { state }) }),
    }),
  alertsOf: (monitor: string) =>
    queryOptions({
      queryKey: ['monitoring', 'alertsOf', monitor],
      queryFn: () => client.alerts.list({ monitor, limit: 100 }),
    }),
}
