import { Button, Modal, PasswordInput, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { client } from '../ground/client.ts'
import { eventNames, type Webhook } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'

export interface WebhookFormProps {
  readonly label: string
  readonly icon: ReactNode
  readonly isPrimary?: boolean
  /** The webhook to change; absent for a new one. */
  readonly webhook?: Webhook
  readonly onDone?: (webhook: Webhook) => void
}

/** A button that opens the form of a webhook, new or there already. */
export function WebhookFormButton({ label, icon, isPrimary = false, webhook, onDone }: WebhookFormProps) {
  const [isOpen, form] = useDisclosure(false)
  return (
    <>
      <Button variant={isPrimary ? 'filled' : 'default'} leftSection={icon} onClick={form.open}>
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={form.close}
        title={webhook === undefined ? 'New webhook' : `Change ${webhook.name}`}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <WebhookForm
          webhook={webhook}
          onDone={(saved) => {
            form.close()
            onDone?.(saved)
          }}
        />
      </Modal>
    </>
  )
}

interface FormProps {
  readonly webhook: Webhook | undefined
  readonly onDone: (webhook: Webhook) => void
}

/** One event alone, all of a module, or every one. */
const suggestions = [
  '*',
  ...new Set(eventNames.map((event) => `${event.split('.')[0]}.*`)),
  ...eventNames,
] satisfies readonly string[]

function WebhookForm({ webhook, onDone }: FormProps) {
  const [name, setName] = useState(webhook?.name ?? '')
  const [endpoint, setEndpoint] = useState(webhook?.endpoint ?? '')
  const [events, setEvents] = useState<string[]>(webhook?.events ?? [])
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [secret, setSecret] = useState('')
  const fields = { name, endpoint, events, description, ...(secret === '' ? {} : { secret }) }
  return (
    <>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <TextInput
        label="Endpoint"
        description="Each event is POSTed there as JSON: https:, or http: to this machine."
        placeholder="https://ci.example.com/hook"
        value={endpoint}
        onChange={(event) => setEndpoint(event.currentTarget.value)}
        my="sm"
      />
      <TagsInput
        label="Events"
        description="A type, all of a module (registry.*), or every one (*)."
        data={webhook === undefined || webhook.format === 'slipway' ? suggestions : []}
        value={events}
        onChange={setEvents}
        clearable
      />
      <PasswordInput
        label="Secret"
        description={
          webhook?.hasSecret === true
            ? 'Deliveries are signed. Leave it empty to keep the secret.'
            : 'Signs the deliveries with HMAC-SHA256; at least 8 characters, never shown again.'
        }
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="new-password"
        my="sm"
      />
      <Textarea
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        mb="lg"
        autosize
        minRows={2}
      />
      <ActButton
        label={webhook === undefined ? 'Create it' : 'Save'}
        isPrimary
        act={() =>
          webhook === undefined
            ? client.webhooks.create(fields)
            : client.webhooks.update({ webhook: webhook.id, ...fields })
        }
        done={(saved) => `The webhook ${saved.name} is saved.`}
        onDone={onDone}
      />
    </>
  )
}
