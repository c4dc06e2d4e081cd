import type { ReactNode } from 'react'
import type { DifferenceSummary } from '../ground/wire.ts'
import { formatCount, formatDuration, formatNumber, formatPercent } from '../kit/format.ts'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'

/** How often and how far a candidate is apart from what the clients got. `more` are further tiles. */
export function DifferenceTiles({ summary, more }: { readonly summary: DifferenceSummary; readonly more: ReactNode }) {
  const { rowCount, agreedCount, failedCount, meanDifference, maxDifference, p50Us, p99Us } = summary
  const differing = rowCount - agreedCount
  return (
    <StatRow>
      <StatTile
        label="Agreement"
        value={rowCount === 0 ? '–' : formatPercent(agreedCount / rowCount, 2)}
        note={`${formatCount(differing)} of ${formatCount(rowCount)} rows differ`}
        {...(differing > 0 ? { tone: 'warn' as const } : {})}
      />
      <StatTile
        label="Apart on average"
        value={meanDifference === undefined ? '–' : formatNumber(meanDifference)}
        note={maxDifference === undefined ? 'no numbers yet' : `at most ${formatNumber(maxDifference)}`}
      />
      <StatTile
        label="Failed"
        value={formatCount(failedCount)}
        note="rows without an answer"
        {...(failedCount > 0 ? { tone: 'bad' as const } : {})}
      />
      <StatTile
        label="Time for a row"
        value={p50Us === undefined ? '–' : formatDuration(p50Us / 1000)}
        note={p99Us === undefined ? 'median' : `median; p99 ${formatDuration(p99Us / 1000)}`}
      />
      {more}
    </StatRow>
  )
}
