import { useEffect, useMemo, useState } from 'react'
import type { PlacedColumn, TableLayout } from './table-layout.ts'

/** The columns that are drawn, with empty room for those that are not. */
export interface ColumnWindow<Row> {
  readonly pinned: readonly PlacedColumn<Row>[]
  readonly shown: readonly PlacedColumn<Row>[]
  /** All columns are drawn: there is no empty room. */
  readonly isWhole: boolean
  /** CSS `grid-template-columns` of pinned, room before, shown, room after. */
  readonly template: string
}

/** Below this many drawing them all costs less than following the scroll position. */
const mostDrawn = 40
/** Drawn beyond the edges in px, so that a scroll by a notch shows no gap. */
const overscan = 400

/** Of hundreds of columns only those in view are drawn, in the header and in every row. */
export function useColumnWindow<Row>(layout: TableLayout<Row>, scroller: HTMLElement | null): ColumnWindow<Row> {
  const { placed } = layout
  const isWhole = placed.length <= mostDrawn
  const range = useRange(placed, isWhole ? null : scroller)
  return useMemo(() => {
    const pinned = placed.filter(({ isPinned }) => isPinned)
    const free = placed.filter(({ isPinned }) => !isPinned)
    if (isWhole) return { pinned, shown: free, isWhole, template: layout.template }
    const width = (columns: readonly PlacedColumn<Row>[]) => columns.reduce((sum, { column }) => sum + column.width, 0)
    const shown = free.slice(range.start, range.end)
    const tracks = [
      ...pinned.map(({ column }) => column.width),
      width(free.slice(0, range.start)),
      ...shown.map(({ column }) => column.width),
      width(free.slice(range.end)),
    ]
    return { pinned, shown, isWhole, template: tracks.map((track) => `${track}px`).join(' ') }
  }, [placed, isWhole, range, layout.template])
}

interface Range {
  readonly start: number
  readonly end: number
}

function useRange<Row>(placed: readonly PlacedColumn<Row>[], scroller: HTMLElement | null): Range {
  const [range, setRange] = useState<Range>({ start: 0, end: mostDrawn })
  useEffect(() => {
    if (scroller === null) return
    const measure = () => {
      const next = rangeOf(placed, scroller.scrollLeft, scroller.clientWidth)
      setRange((last) => (last.start === next.start && last.end === next.end ? last : next))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(scroller)
    scroller.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', measure)
    }
  }, [placed, scroller])
  return range
}

/** The places of the unpinned columns that a window of this width shows. */
export function rangeOf<Row>(placed: readonly PlacedColumn<Row>[], left: number, width: number): Range {
  const free = placed.filter(({ isPinned }) => !isPinned)
  const origin = free[0]?.offset ?? 0
  const from = left - overscan
  const to = left + width - origin + overscan
  const isIn = ({ column, offset }: PlacedColumn<Row>) => offset - origin + column.width > from && offset - origin < to
  const start = free.findIndex(isIn)
  return start < 0 ? { start: 0, end: 0 } : { start, end: free.findLastIndex(isIn) + 1 }
}
