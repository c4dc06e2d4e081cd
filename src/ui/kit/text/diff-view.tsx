import { useMemo } from 'react'
import { diffLines } from './line-diff.ts'
import classes from './text.module.css'

export interface DiffViewProps {
  readonly before: string
  readonly after: string
  readonly label: string
}

/** Two texts as one: removed lines, added lines, and what stayed. */
export function DiffView({ before, after, label }: DiffViewProps) {
  const lines = useMemo(() => diffLines(linesOf(before), linesOf(after)), [before, after])
  if (before === after) return <p className={classes.note}>Nothing differs.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0} style={{ maxHeight: 420 }}>
      {lines.map(({ change, text }, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a diff is drawn whole and its lines have no other identity
          key={index}
          className={classes.line}
          data-change={change}
          style={{ position: 'static' }}
        >
          <span className={classes.number}>{change === 'added' ? '+' : change === 'removed' ? '−' : ' '}</span>
          {text}
        </div>
      ))}
    </section>
  )
}

/** No text has no lines, not an empty one. */
const linesOf = (text: string) => (text === '' ? [] : text.split('\n'))
