import { Tooltip } from '@mantine/core'
import type { WindowEvaluation } from '../ground/wire.ts'
import { formatTime } from '../kit/format.ts'
import { windowTones } from './health-badge.tsx'
import classes from './window-strip.module.css'

export interface WindowStripProps {
  /** Newest first, as the server lists them. */
  readonly windows: readonly WindowEvaluation[]
  readonly label: string
  readonly chosen?: string | undefined
  readonly onChoose?: (id: string) => void
}

/** Evaluated windows as marks in order of time; color and height say healthy or not. */
export function WindowStrip({ windows, label, chosen, onChoose }: WindowStripProps) {
  const inTime = [...windows].reverse()
  return (
    <ol className={classes.strip} aria-label={label}>
      {inTime.map((window) => (
        <li key={window.id}>
          <Tooltip label={`${window.summary} (to ${formatTime(window.to)})`} multiline maw={340} openDelay={50}>
            {onChoose === undefined ? (
              <span className={classes.mark} data-tone={windowTones[window.state]} />
            ) : (
              <button
                type="button"
                className={classes.mark}
                data-tone={windowTones[window.state]}
                aria-pressed={chosen === window.id}
                aria-label={`Window to ${formatTime(window.to)}: ${window.state}`}
                onClick={() => onChoose(window.id)}
              />
            )}
          </Tooltip>
        </li>
      ))}
    </ol>
  )
}
