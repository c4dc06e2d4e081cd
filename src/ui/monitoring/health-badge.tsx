import type { Monitor, WindowEvaluation } from '../ground/wire.ts'
import { StatusBadge, type Tone } from '../kit/status-badge.tsx'

const healthTones: Record<Monitor['health'], Tone> = { healthy: 'ok', alerting: 'bad', unknown: 'idle' }

export function HealthBadge({ health }: { readonly health: Monitor['health'] }) {
  return <StatusBadge status={health} tone={healthTones[health]} />
}

/** What a window's state means: unhealthy is a warning until enough of them make an alert. */
export const windowTones: Record<WindowEvaluation['state'], Tone> = {
  healthy: 'ok',
  unhealthy: 'warn',
  insufficient: 'idle',
}
