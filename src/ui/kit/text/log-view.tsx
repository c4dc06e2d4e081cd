import { Switch } from '@mantine/core'
import { useMemo, useState } from 'react'
import { CopyIcon } from '../copy-icon.tsx'
import { formatCount } from '../format.ts'
import { stripAnsi } from './ansi.ts'
import { LineList } from './line-list.tsx'
import classes from './text.module.css'

export interface LogViewProps {
  readonly lines: readonly string[]
  readonly label: string
  /** More lines may come. */
  readonly isLive: boolean
  readonly height?: number
}

/** A process's output: colors stripped, followed while it runs unless the reader turns that off. */
export function LogView({ lines, label, isLive, height = 420 }: LogViewProps) {
  const [isFollowing, setIsFollowing] = useState(true)
  const clean = useMemo(() => lines.map(stripAnsi), [lines])
  return (
    <div>
      <div className={classes.bar}>
        <span>
          {formatCount(lines.length)} {lines.length === 1 ? 'line' : 'lines'}
          {isLive ? ', still running' : ''}
        </span>
        <Switch
          className={classes.push}
          size="xs"
          label="Follow"
          checked={isFollowing}
          onChange={(event) => setIsFollowing(event.currentTarget.checked)}
        />
        <CopyIcon value={clean.join('\n')} label="Copy the log" />
      </div>
      {lines.length === 0 ? (
        <p className={classes.note}>{isLive ? 'Nothing written yet.' : 'It wrote nothing.'}</p>
      ) : (
        <LineList lines={clean} label={label} height={height} isFollowing={isFollowing} />
      )}
    </div>
  )
}
