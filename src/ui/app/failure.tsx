import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../kit/error-state.tsx'

/** A page that threw while rendering: says so and offers another try, the rest of the shell stays usable. */
export function Failure({ error, reset }: ErrorComponentProps) {
  return <ErrorState title="This page stopped" error={error} onRetry={reset} />
}
