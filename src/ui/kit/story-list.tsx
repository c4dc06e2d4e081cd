import type { ReactNode } from 'react'
import { useIntoView, usePointedAt } from './pointed-at.ts'
import type { Tone } from './status-badge.tsx'
import classes from './story-list.module.css'

export interface StoryItem {
  readonly id: string
  readonly tone: Tone
  readonly title: ReactNode
  /** A sentence: why. */
  readonly text?: ReactNode
  /** When, and by whom. */
  readonly note?: ReactNode
  /** Below the text: evidence, buttons. */
  readonly more?: ReactNode
}

/** What happened, in order, on one line: decisions, moves, alerts. */
export function StoryList({ items, empty }: { readonly items: readonly StoryItem[]; readonly empty: string }) {
  const pointedAt = usePointedAt()
  const intoView = useIntoView(items.some(({ id }) => id === pointedAt))
  if (items.length === 0) return <p className={classes.empty}>{empty}</p>
  return (
    <ol className={classes.list}>
      {items.map((item) => (
        <li
          key={item.id}
          ref={item.id === pointedAt ? intoView : null}
          className={classes.item}
          data-tone={item.tone}
          aria-current={item.id === pointedAt || undefined}
        >
          <div className={classes.title}>{item.title}</div>
          {item.text === undefined ? null : <div className={classes.text}>{item.text}</div>}
          {item.more}
          {item.note === undefined ? null : <div className={classes.note}>{item.note}</div>}
        </li>
      ))}
    </ol>
  )
}
