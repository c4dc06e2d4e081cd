import { type ReactNode, useMemo } from 'react'
import { CopyIcon } from '../copy-icon.tsx'
import { LineList } from './line-list.tsx'
import classes from './text.module.css'

export interface JsonViewProps {
  readonly value: unknown
  readonly label: string
  readonly height?: number
}

/** Any value as indented JSON with quiet colors. */
export function JsonView({ value, label, height = 420 }: JsonViewProps) {
  const text = useMemo(() => JSON.stringify(value, undefined, 2) ?? 'undefined', [value])
  const lines = useMemo(() => text.split('\n'), [text])
  return (
    <div>
      <div className={classes.bar}>
        <span>{label}</span>
        <span className={classes.push}>
          <CopyIcon value={text} label="Copy as JSON" />
        </span>
      </div>
      <LineList lines={lines} label={label} height={height} render={colored} />
    </div>
  )
}

/** One line of indented JSON: indentation, key, then a value or a bracket. */
function colored(line: string): ReactNode {
  const match = /^(\s*)("(?:[^"\\]|\\.)*"(?=:))?(: )?(.*)$/.exec(line)
  if (match === null) return line
  const [, indent, key, colon, rest = ''] = match
  return (
    <>
      {indent}
      {key === undefined ? null : <span className={classes.key}>{key}</span>}
      {colon}
      <span className={rest.startsWith('"') ? classes.string : /^[-\dtfn]/.test(rest) ? classes.literal : undefined}>
        {rest}
      </span>
    </>
  )
}
