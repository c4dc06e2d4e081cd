import type { ReactNode } from 'react'
import classes from './panel.module.css'
import { useIntoView, usePointedAt } from './pointed-at.ts'

export interface PanelProps {
  readonly title?: ReactNode
  /** Small text after the title: a count, a unit. */
  readonly note?: ReactNode
  readonly actions?: ReactNode
  /** The content touches the edges, as tables and graphs do. */
  readonly isFlush?: boolean
  readonly className?: string
  /** Id of the one thing that the panel shows: an address can point it out. */
  readonly thing?: string
  readonly children: ReactNode
}

/** A bordered area with a title: the one container of every page. */
export function Panel({ title, note, actions, isFlush = false, className, thing, children }: PanelProps) {
  const isPointedAt = usePointedAt() === thing
  return (
    <section
      ref={useIntoView(isPointedAt)}
      className={[classes.root, className].filter(Boolean).join(' ')}
      aria-current={isPointedAt || undefined}
    >
      {title === undefined ? null : (
        <header className={classes.header}>
          <h2 className={classes.title}>{title}</h2>
          {note === undefined ? null : <span className={classes.note}>{note}</span>}
          {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
        </header>
      )}
      <div className={isFlush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
