import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import classes from './text.module.css'

const lineHeight = 19

export interface LineListProps {
  readonly lines: readonly string[]
  readonly label: string
  readonly height: number
  /** Keeps the last line in view as lines arrive. */
  readonly isFollowing?: boolean
  readonly render?: (line: string) => ReactNode
}

/** Many lines of text with their numbers; only what is in view is in the document. */
export function LineList({ lines, label, height, isFollowing = false, render }: LineListProps) {
  const scrollRef = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  })
  useEffect(() => {
    if (isFollowing && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [isFollowing, lines.length, virtual])
  const digits = String(lines.length).length
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section ref={scrollRef} className={classes.scroll} aria-label={label} tabIndex={0} style={{ maxHeight: height }}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative', minWidth: 'max-content' }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div key={index} className={classes.line} style={{ transform: `translateY(${start}px)` }}>
            <span className={classes.number} style={{ width: `${digits + 1}ch` }} aria-hidden>
              {index + 1}
            </span>
            <span>{render === undefined ? lines[index] : render(lines[index] ?? '')}</span>
          </div>
        ))}
      </div>
    </section>
  )
}
