import { formatRelative, formatTime } from './format.ts'
import { useNow } from './now.ts'

/**
 * When something happened, as a distance; the exact time on hover. Epoch milliseconds. The browser's own tooltip: tables
 * draw hundreds of these while they scroll, and a component for each would be most of the work.
 */
export function RelativeTime({ at }: { readonly at: number | null | undefined }) {
  const now = useNow()
  if (at === null || at === undefined) return <span style={{ color: 'var(--sl-ink-3)' }}>–</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={formatTime(at)} style={{ whiteSpace: 'nowrap' }}>
      {formatRelative(at, now)}
    </time>
  )
}
