import { Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatDuration } from './format.ts'
import { useNow } from './now.ts'
import { type Tone, toneOf } from './status-badge.tsx'
import classes from './timeline.module.css'

export interface TimelineBar {
  readonly id: string
  readonly label: string
  readonly status: string
  readonly startedAt: number | undefined
  /** Absent while it runs. */
  readonly endedAt: number | undefined
  readonly tone?: Tone
  /** Indents the label: how deep the bar is in a tree. */
  readonly depth?: number
  readonly detail?: ReactNode
}

export interface TimelineProps {
  readonly label: string
  readonly bars: readonly TimelineBar[]
  readonly chosen?: string
  readonly onChoose?: (id: string) => void
}

/** Bars over a common time axis (a Gantt chart): what ran when, and for how long. */
export function Timeline({ label, bars, chosen, onChoose }: TimelineProps) {
  const now = useNow()
  const starts = bars.flatMap(({ startedAt }) => startedAt ?? [])
  const from = Math.min(...starts)
  const to = Math.max(from + 1, ...bars.map((bar) => (bar.startedAt === undefined ? from : (bar.endedAt ?? now))))
  const share = (at: number) => `${((at - from) / (to - from)) * 100}%`
  if (starts.length === 0) return <p className={classes.empty}>Nothing has started yet.</p>
  return (
    <ol className={classes.root} aria-label={label}>
      <li className={classes.axis} aria-hidden>
        <span />
        <span className={classes.ticks}>
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span key={part}>{formatDuration((to - from) * part)}</span>
          ))}
        </span>
      </li>
      {bars.map((bar) => (
        <li key={bar.id}>
          <button
            type="button"
            className={classes.line}
            aria-pressed={chosen === bar.id}
            aria-label={`${bar.label}: ${bar.status}`}
            onClick={() => onChoose?.(bar.id)}
          >
            <span className={classes.name} style={{ paddingLeft: Math.min(bar.depth ?? 0, 12) * 12 }}>
              {bar.label}
            </span>
            <span className={classes.track}>
              {bar.startedAt === undefined ? null : (
                <Tooltip label={bar.detail ?? `${bar.status}, ${formatDuration((bar.endedAt ?? now) - bar.startedAt)}`}>
                  <span
                    className={classes.bar}
                    data-tone={bar.tone ?? toneOf(bar.status)}
                    style={{
                      left: share(bar.startedAt),
                      width: `max(3px, calc(${share(bar.endedAt ?? now)} - ${share(bar.startedAt)}))`,
                    }}
                  />
                </Tooltip>
              )}
            </span>
            <span className={classes.duration}>
              {bar.startedAt === undefined ? '' : formatDuration((bar.endedAt ?? now) - bar.startedAt)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}
