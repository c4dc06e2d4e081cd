import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

/** Deliveries have no events of their own: they are asked for again while the page is open. */
const refreshMs = 2_000

export const webhookQueries = {
  webhooks: () =>
    queryOptions({ queryKey: ['webhooks', 'list'], queryFn: () => client.webhooks.list({ limit: 1000 }) }),
  webhook: (webhook: string) =>
    queryOptions({ queryKey: ['webhooks', 'one', webhook], queryFn: () => client.webhooks.get({ webhook }) }),
  deliveries: (webhook: string) =>
    queryOptions({
      queryKey: ['webhooks', 'deliveries', webhook],
      queryFn: () => client.webhooks.deliveries.list({ webhook, limit: 200 }),
      refetchInterval: refreshMs,
    }),
}
