import { IconPencil, IconPlayerPause, IconPlayerPlay, IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../ground/client.ts'
import type { Webhook } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { webhooksPath } from './paths.ts'
import { webhookQueries } from './queries.ts'
import { WebhookFormButton } from './webhook-form.tsx'

export function Page() {
  const query = useQuery(webhookQueries.webhook(useParam('webhook')))
  return (
    <Loaded query={query} what="this webhook" skeleton={<PageSkeleton />}>
      {(webhook) => <WebhookView webhook={webhook} />}
    </Loaded>
  )
}

function WebhookView({ webhook }: { readonly webhook: Webhook }) {
  const deliveries = useQuery(webhookQueries.deliveries(webhook.id))
  return (
    <PageFrame
      title={webhook.name}
      crumbs={[{ label: 'Webhooks', to: webhooksPath() }]}
      badges={
        <>
          <StatusBadge status={webhook.state} />
          <EntityId id={webhook.id} to={null} />
        </>
      }
      lead={webhook.description === '' ? undefined : webhook.description}
      actions={<Actions webhook={webhook} />}
    >
      <Panel>
        <KeyValues
          isWide
          items={[
            { label: 'Endpoint', value: webhook.endpoint },
            { label: 'Events', value: webhook.events.join(', ') },
            { label: 'Format', value: webhook.format },
            { label: 'Signature', value: webhook.hasSecret ? 'HMAC-SHA256' : 'none' },
            { label: 'Created', value: <RelativeTime at={webhook.createdAt} /> },
            { label: 'By', value: webhook.createdBy },
          ]}
        />
      </Panel>
      <Panel title="Deliveries" note="newest first">
        <Loaded query={deliveries} what="the deliveries">
          {({ items }) => <DeliveryList deliveries={items} />}
        </Loaded>
      </Panel>
    </PageFrame>
  )
}

function Actions({ webhook }: { readonly webhook: Webhook }) {
  const navigate = useNavigate()
  const { id, state } = webhook
  const isActive = state === 'active'
  return (
    <>
      <ActButton
        label="Send a test"
        icon={<IconSend size={14} />}
        act={() => client.webhooks.test({ webhook: id })}
        done="The test was sent: its answer is the newest delivery."
      />
      <WebhookFormButton label="Change" icon={<IconPencil size={14} />} webhook={webhook} />
      <ActButton
        label={isActive ? 'Disable' : 'Enable'}
        icon={isActive ? <IconPlayerPause size={14} /> : <IconPlayerPlay size={14} />}
        act={() => client.webhooks.update({ webhook: id, state: isActive ? 'disabled' : 'active' })}
        done={isActive ? 'The webhook is told nothing from now on.' : 'The webhook is told of events again.'}
      />
      <ActButton
        label="Delete"
        isDangerous
        question="The webhook and the record of its deliveries are removed for good."
        act={() => client.webhooks.delete({ webhook: id })}
        done="The webhook is deleted."
        onDone={() => void navigate({ href: webhooksPath() })}
      />
    </>
  )
}
