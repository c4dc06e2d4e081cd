import { Button, Group, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { describe } from './error-state.tsx'

export interface ActButtonProps<T> {
  readonly label: string
  readonly icon?: ReactNode
  readonly act: () => Promise<T>
  /** What the toast says when it is done. */
  readonly done: string | ((result: T) => string)
  /** Asked first, for what cannot be taken back. */
  readonly question?: string
  readonly isDangerous?: boolean
  readonly isPrimary?: boolean
  readonly onDone?: (result: T) => void
}

/** A button that does something on the server: asks when it matters, waits, says how it ended. */
export function ActButton<T>(props: ActButtonProps<T>) {
  const { label, icon, act, done, question, isDangerous = false, isPrimary = false, onDone } = props
  const [isAsking, asking] = useDisclosure(false)
  const queries = useQueryClient()
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: (result) => {
      notifications.show({ message: typeof done === 'string' ? done : done(result), color: 'teal' })
      void queries.invalidateQueries()
      onDone?.(result)
    },
    onError: (error) => {
      const { message, hint } = describe(error)
      notifications.show({
        title: `${label} failed`,
        message: [message, hint].filter(Boolean).join(' '),
        color: 'red',
        autoClose: 12_000,
      })
    },
    onSettled: asking.close,
  })
  const run = () => mutation.mutate()
  const color = isDangerous ? 'red' : undefined
  return (
    <>
      <Button
        variant={isPrimary ? 'filled' : 'default'}
        leftSection={icon}
        loading={mutation.isPending}
        onClick={question === undefined ? run : asking.open}
      >
        {label}
      </Button>
      <Modal opened={isAsking} onClose={asking.close} title={label} closeButtonProps={{ 'aria-label': 'Close' }}>
        {question}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={asking.close}>
            Leave it
          </Button>
          <Button color={color} loading={mutation.isPending} onClick={run} data-autofocus>
            {label}
          </Button>
        </Group>
      </Modal>
    </>
  )
}
