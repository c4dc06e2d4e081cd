import { Button, Modal, PasswordInput, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, token } from '../ground/client.ts'
import { CommandLine } from '../kit/command-line.tsx'

/** Asks for a token when the server wants one. Keeps it in this browser; the page reloads its data with it. */
export function TokenPrompt() {
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const access = useQuery({ queryKey: ['server', 'access'], queryFn: () => client.datasets.list({ limit: 1 }) })
  const isRefused = access.error !== null && 'status' in access.error && access.error.status === 401
  const save = () => {
    token.set(text.trim())
    void queries.resetQueries()
  }
  return (
    <Modal opened={isRefused} onClose={() => undefined} withCloseButton={false} title="This server asks who you are">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Stack gap="sm">
          <PasswordInput
            label="Token"
            description="It stays in this browser."
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={token.get() === '' || text !== '' ? undefined : 'The token kept so far was refused.'}
            data-autofocus
          />
          <span style={{ fontSize: 13, color: 'var(--sl-ink-2)' }}>Whoever runs the server can tell it to you:</span>
          <CommandLine command="slipway config show" />
          <Button type="submit" disabled={text.trim() === ''}>
            Go on
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
