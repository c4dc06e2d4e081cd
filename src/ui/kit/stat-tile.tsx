import type { ReactNode } from 'react'
import classes from './stat-tile.module.css'

export interface StatTileProps {
  readonly label: string
  readonly value: ReactNode
  /** Below the value: a comparison, a unit, a sparkline. */
  readonly note?: ReactNode
  readonly tone?: 'ok' | 'warn' | 'bad'
}

export function StatTile({ label, value, note, tone }: StatTileProps) {
  return (
    <div className={classes.tile} data-tone={tone}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value}>{value}</div>
      {note === undefined ? null : <div className={classes.note}>{note}</div>}
    </div>
  )
}

/** Tiles side by side in one frame. */
export function StatRow({ children }: { readonly children: ReactNode }) {
  return <div className={classes.row}>{children}</div>
}
