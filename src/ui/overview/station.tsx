import type { TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './loop.module.css'

export interface StationProps {
  readonly icon: TablerIcon
  readonly label: string
  /** The thing that stands here now, as a link. */
  readonly children: ReactNode
  readonly note?: ReactNode
  readonly more?: ReactNode
}

/** A stop of the loop. */
export function Station({ icon: Icon, label, children, note, more }: StationProps) {
  return (
    <li className={classes.station}>
      <div className={classes.label}>
        <Icon size={15} stroke={1.7} aria-hidden />
        {label}
      </div>
      <div className={classes.thing}>{children}</div>
      {note === undefined ? null : <div className={classes.note}>{note}</div>}
      {more === undefined ? null : <div className={classes.more}>{more}</div>}
    </li>
  )
}
