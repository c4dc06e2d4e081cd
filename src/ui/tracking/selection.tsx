import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Run } from '../app/wire.ts'
import type { TableColumn } from '../kit/table/table-column.ts'
import { useUrlList } from '../kit/url-state.ts'
import classes from './selection.module.css'

/** Runs that are chosen together; in the address, so that a link shows the same ones. */
export interface Selection {
  readonly ids: readonly string[]
  readonly toggle: (id: string) => void
  readonly clear: () => void
}

/** A comparison of more is not read by anyone, and its address no longer fits everywhere. */
export const mostSelected = 100

const SelectionContext = createContext<Selection>({ ids: [], toggle: () => {}, clear: () => {} })
export const useSelection = () => useContext(SelectionContext)

export function SelectionProvider({ children }: { readonly children: ReactNode }) {
  const [ids, setIds] = useUrlList('selected')
  const value = useMemo<Selection>(
    () => ({
      ids,
      toggle: (id) => {
        if (ids.includes(id)) setIds(ids.filter((each) => each !== id))
        else if (ids.length < mostSelected) setIds([...ids, id])
      },
      clear: () => setIds([]),
    }),
    [ids, setIds],
  )
  return <SelectionContext value={value}>{children}</SelectionContext>
}

/** The color of a run in every chart of a comparison: its place among the chosen ones. */
export const colorOf = (index: number) => `var(--sl-series-${(index % 8) + 1})`

export function RunDot({ index }: { readonly index: number }) {
  return <span className={classes.dot} style={{ background: colorOf(index) }} aria-hidden />
}

/** The first column. Its cells read the selection themselves, so that choosing a run makes no new columns. */
export const selectionColumn: TableColumn<Run> = {
  id: 'selected',
  label: 'Pick',
  hint: 'Choose runs to compare, move, tag or delete',
  value: () => undefined,
  cell: (run) => <SelectBox run={run} />,
  width: 58,
  grow: 0,
  isPinned: true,
}

function SelectBox({ run }: { readonly run: Run }) {
  const { ids, toggle } = useSelection()
  const index = ids.indexOf(run.id)
  return (
    <span className={classes.box}>
      {/* A plain one: forty of them are drawn anew with every jump through 20,000 rows. */}
      <input
        type="checkbox"
        className={classes.check}
        checked={index >= 0}
        aria-label={`Choose ${run.name}`}
        onChange={() => toggle(run.id)}
      />
      {index < 0 ? null : <RunDot index={index} />}
    </span>
  )
}
