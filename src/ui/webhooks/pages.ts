import { IconWebhook } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { webhookPath, webhooksPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: webhooksPath,
    load: () => import('./webhooks-page.tsx'),
    menu: { label: 'Webhooks', section: 'trace', order: 2, key: 'h', icon: IconWebhook },
  },
  {
    path: webhookPath,
    load: () => import('./webhook-page.tsx'),
    ids: {
      whk: webhookPath,
      dlv: async (id) =>
        `${webhookPath((await client.webhooks.deliveries.get({ delivery: id })).webhookId)}?delivery=${id}`,
    },
  },
]
