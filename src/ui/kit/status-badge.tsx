import classes from './status-badge.module.css'

/** What a state means for the reader, apart from the word it has. */
export type Tone = 'ok' | 'run' | 'warn' | 'bad' | 'idle'

const tones: Readonly<Record<string, Tone>> = {
  succeeded: 'ok',
  finished: 'ok',
  passed: 'ok',
  promoted: 'ok',
  ready: 'ok',
  active: 'ok',
  closed: 'ok',
  stable: 'ok',
  cached: 'ok',
  champion: 'ok',
  ok: 'ok',
  in_progress: 'run',
  running: 'run',
  replaying: 'run',
  advancing: 'run',
  starting: 'run',
  loading: 'run',
  pending: 'idle',
  queued: 'idle',
  waiting: 'idle',
  scheduled: 'idle',
  skipped: 'idle',
  canceled: 'idle',
  cancelled: 'idle',
  killed: 'idle',
  warning: 'warn',
  drifting: 'warn',
  retrying: 'warn',
  rolledBack: 'warn',
  open: 'bad',
  failed: 'bad',
  drifted: 'bad',
  error: 'bad',
}

export function toneOf(status: string): Tone {
  return tones[status] ?? tones[status.toLowerCase()] ?? 'idle'
}

export interface StatusBadgeProps {
  readonly status: string
  /** Overrides the tone that follows from the word. */
  readonly tone?: Tone
}

/** A state as a word with a mark: color is never the only sign. */
export function StatusBadge({ status, tone = toneOf(status) }: StatusBadgeProps) {
  return (
    <span className={classes.root} data-tone={tone}>
      <span className={classes.mark} aria-hidden />
      {words(status)}
    </span>
  )
}

/** `rolledBack` -> `rolled back`, `RUNNING` -> `running`. */
export function words(status: string): string {
  return /^[A-Z_]+$/.test(status)
    ? status.toLowerCase().replaceAll('_', ' ')
    : status.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`).replaceAll('_', ' ')
}
