import { Tooltip } from '@mantine/core'
import type { FeatureDrift, Monitor, WindowEvaluation } from '../ground/wire.ts'
import { formatNumber, formatTime } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import classes from './drift-history.module.css'

export interface HistoryProps {
  readonly monitor: Monitor
  /** Newest first. */
  readonly windows: readonly WindowEvaluation[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

/** More rows than these are not a picture any more; the most shifted come first. */
const shownFeatures = 24

/** Features against windows: the deeper a cell, the larger the shift; drifted ones carry a mark. */
export function DriftHistory({ monitor, windows, chosen, onChoose }: HistoryProps) {
  const inTime = [...windows].reverse()
  const features = rankFeatures(windows).slice(0, shownFeatures)
  return (
    <Panel title="Shift of each feature" note={`${monitor.method} as a share of its threshold; most shifted first`}>
      <div className={classes.scroll}>
        <table className={classes.table} aria-label="Shift of each feature by window">
          <tbody>
            {features.map((feature) => (
              <tr key={feature}>
                <th scope="row">{feature}</th>
                {inTime.map((window) => (
                  <Cell
                    key={window.id}
                    window={window}
                    drift={window.features.find((each) => each.feature === feature)}
                    isChosen={window.id === chosen}
                    onChoose={onChoose}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.legend}>
        <span className={classes.swatch} style={{ background: shade(0.15) }} /> far below the threshold
        <span className={classes.swatch} style={{ background: shade(1) }} /> at it
        <span className={classes.swatch} data-drifted style={{ background: shade(2) }} /> drifted: significant and large
      </p>
    </Panel>
  )
}

interface CellProps {
  readonly window: WindowEvaluation
  readonly drift: FeatureDrift | undefined
  readonly isChosen: boolean
  readonly onChoose: (id: string) => void
}

function Cell({ window, drift, isChosen, onChoose }: CellProps) {
  const ratio = drift === undefined || drift.status !== 'ok' ? undefined : drift.effect.value / drift.effect.threshold
  const text =
    drift === undefined
      ? 'not evaluated'
      : `${drift.feature}: ${drift.effect.method} ${formatNumber(drift.effect.value)} of ${formatNumber(drift.effect.threshold)}. ${drift.why}`
  return (
    <td data-chosen={isChosen || undefined}>
      <Tooltip label={`${text} (to ${formatTime(window.to)})`} multiline maw={340} openDelay={50}>
        <button
          type="button"
          tabIndex={-1}
          className={classes.cell}
          data-drifted={drift?.drifted || undefined}
          style={{ background: ratio === undefined ? undefined : shade(ratio) }}
          aria-label={text}
          onClick={() => onChoose(window.id)}
        />
      </Tooltip>
    </td>
  )
}

/** From the surface to the accent up to the threshold, then to the warning color at twice of it. */
function shade(ratio: number): string {
  if (ratio <= 1)
    return `color-mix(in srgb, var(--sl-series-1) ${Math.round(8 + Math.max(0, ratio) * 52)}%, var(--sl-surface))`
  return `color-mix(in srgb, var(--sl-series-6) ${Math.round(45 + Math.min(1, ratio - 1) * 55)}%, var(--sl-series-1))`
}

/** Features by their largest shift in any window. */
function rankFeatures(windows: readonly WindowEvaluation[]): readonly string[] {
  const largest = new Map<string, number>()
  for (const { features } of windows) {
    for (const { feature, effect, drifted } of features) {
      const ratio = effect.value / effect.threshold + (drifted ? 100 : 0)
      largest.set(feature, Math.max(largest.get(feature) ?? 0, ratio))
    }
  }
  return [...largest].sort(([, a], [, b]) => b - a).map(([feature]) => feature)
}
