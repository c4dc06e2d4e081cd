import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Webhook } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { ListPage } from '../kit/list-page.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { stateColumn, timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { webhookPath } from './paths.ts'
import { webhookQueries } from './queries.ts'
import { WebhookFormButton } from './webhook-form.tsx'

const columns: readonly TableColumn<Webhook>[] = [
  {
    id: 'name',
    label: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <RouteLink to={webhookPath(row.id)} look="quiet">
        <strong>{row.name}</strong>
      </RouteLink>
    ),
    width: 200,
    isPinned: true,
  },
  stateColumn(),
  { id: 'events', label: 'Events', value: (row) => row.events.join(', '), width: 260, grow: 2 },
  { id: 'endpoint', label: 'Endpoint', value: (row) => row.endpoint, width: 260, grow: 2 },
  { id: 'format', label: 'Format', value: (row) => row.format, width: 100, grow: 0 },
  { id: 'signed', label: 'Signed', value: (row) => row.hasSecret, width: 90, grow: 0 },
  timeColumn('created', 'Created', (row) => row.createdAt),
]

export function Page() {
  const navigate = useNavigate()
  return (
    <ListPage
      title="Webhooks"
      name="webhooks"
      actions={
        <WebhookFormButton
          label="New webhook"
          icon={<IconPlus size={14} />}
          isPrimary
          onDone={({ id }) => void navigate({ href: webhookPath(id) })}
        />
      }
      query={useQuery(webhookQueries.webhooks())}
      columns={columns}
      rowKey={(row) => row.id}
      rowTo={(row) => webhookPath(row.id)}
      defaultSort="-created"
      empty={
        <EmptyState
          title="No webhooks yet"
          commands={[
            'slipway webhooks create promotions --endpoint https://ci.example.com/hook --events registry.alias.moved',
          ]}
          code={['MlflowClient().create_webhook("versions", "https://ci.example.com/hook", ["model_version.created"])']}
        >
          A webhook tells another system about events: a version was registered, an alias moved, an alert was raised.
          Each delivery is signed, tried again until it is received, and kept here with every attempt.
        </EmptyState>
      }
    />
  )
}
