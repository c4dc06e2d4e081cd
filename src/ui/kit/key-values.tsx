import type { ReactNode } from 'react'
import classes from './key-values.module.css'

export interface KeyValue {
  readonly label: string
  /** Undefined and null rows are left out. */
  readonly value: ReactNode
}

/** Facts as label and value: below each other, or wide as tiles side by side. */
export function KeyValues({
  items,
  isWide = false,
}: {
  readonly items: readonly KeyValue[]
  readonly isWide?: boolean
}) {
  const present = items.filter(({ value }) => value !== undefined && value !== null && value !== '')
  return (
    <dl className={isWide ? classes.tiles : classes.rows}>
      {present.map(({ label, value }) => (
        <div key={label} className={classes.row}>
          <dt className={classes.label}>{label}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A record as rows, in order of the keys; for params, tags, parameters. */
export function RecordValues({
  record,
  empty,
}: {
  readonly record: Readonly<Record<string, unknown>>
  readonly empty: string
}) {
  const entries = Object.entries(record).sort(([a], [b]) => a.localeCompare(b))
  if (entries.length === 0) return <p className={classes.empty}>{empty}</p>
  return (
    <KeyValues
      items={entries.map(([label, value]) => ({
        label,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      }))}
    />
  )
}
