import { Button } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import classes from './error-state.module.css'

export interface ErrorStateProps {
  readonly title: string
  readonly error: unknown
  readonly onRetry?: () => void
}

/** What failed, why, and what to do next. Refusals carry their own advice; a lost connection has ours. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const { message, hint, code } = describe(error)
  return (
    <div className={classes.root} role="alert">
      <IconAlertTriangle size={20} stroke={1.7} className={classes.icon} aria-hidden />
      <div>
        <h2 className={classes.title}>{title}</h2>
        <p className={classes.text}>{message}</p>
        {hint === undefined ? null : <p className={classes.hint}>{hint}</p>}
        {code === undefined ? null : <p className={classes.code}>{code}</p>}
        {onRetry === undefined ? null : (
          <Button mt="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}

interface Description {
  readonly message: string
  readonly hint?: string | undefined
  readonly code?: string | undefined
}

/** Recognises a refusal by its fields, not by its class: the kit does not know the client. */
export function describe(error: unknown): Description {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, hint, requestId } = error as Partial<Record<'code' | 'hint' | 'requestId', string>>
  const reference = [code, requestId === undefined ? undefined : `request ${requestId}`].filter(Boolean).join(' · ')
  return { message: error.message, hint, code: reference === '' ? undefined : reference }
}
