import type { ReactNode } from 'react'
import classes from './panel.module.css'

export interface PanelProps {
  readonly title?: ReactNode
  /** Small text after the title: a count, a unit. */
  readonly note?: ReactNode
  readonly actions?: ReactNode
  /** The content touches the edges, as tables and graphs do. */
  readonly isFlush?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** A bordered area with a title: the one container of every page. */
export function Panel({ title, note, actions, isFlush = false, className, children }: PanelProps) {
  return (
    <section className={[classes.root, className].filter(Boolean).join(' ')}>
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
