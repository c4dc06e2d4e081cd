import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import type { TableColumn } from '../../kit/table/table-column.ts'
import { useUrlList } from '../../kit/url-state.ts'
import classes from './selection.module.css'

/** Runs that are chosen together; in the address, so that a link shows the same ones. */
export interface Selection {
  /** All that match the filter, however many; then `ids` are those left out of them. */
  readonly isAll: boolean
  readonly ids: readonly string[]
  readonly has: (id: string) => boolean
  readonly toggle: (id: string) => void
  readonly chooseAll: () => void
  readonly clear: () => void
}

/** A comparison of more is not read by anyone, and its address no longer fits everywhere. */
export const mostSelected = 100

/** Stands in the address for all that match. */
const all = '*'

const nothing = () => {}
const none = { isAll: false, ids: [], has: () => false, toggle: nothing, chooseAll: nothing, clear: nothing }
const SelectionContext = createContext<Selection>(none)
export const useSelection = () => useContext(SelectionContext)

export function SelectionProvider({ children }: { readonly children: ReactNode }) {
  const [listed, setListed] = useUrlList('selected')
  const value = useMemo<Selection>(() => {
    const isAll = listed[0] === all
    const ids = isAll ? listed.slice(1) : listed
    const set = (next: readonly string[]) => setListed(isAll ? [all, ...next] : next)
    return {
      isAll,
      ids,
      has: (id) => ids.includes(id) !== isAll,
      toggle: (id) => {
        if (ids.includes(id)) set(ids.filter((each) => each !== id))
        else if (ids.length < mostSelected) set([...ids, id])
      },
      chooseAll: () => setListed([all]),
      clear: () => setListed([]),
    }
  }, [listed, setListed])
  return <SelectionContext value={value}>{children}</SelectionContext>
}

/** The color of a run in every chart of a comparison: its place among the chosen ones. */
export const colorOf = (index: number) => `var(--sl-series-${(index % 8) + 1})`

export function RunDot({ index }: { readonly index: number }) {
  return <ColorDot color={colorOf(index)} />
}

export function ColorDot({ color }: { readonly color: string }) {
  return <span className={classes.dot} style={{ background: color }} aria-hidden />
}

/** The first column. Its cells read the selection themselves, so that choosing a run makes no new columns. */
export const selectionColumn: TableColumn<Run> = {
  id: 'selected',
  label: 'Pick',
  header: () => <AllBox />,
  value: () => undefined,
  cell: (run) => <SelectBox run={run} />,
  width: 58,
  grow: 0,
  isPinned: true,
}

function AllBox() {
  const { isAll, ids, chooseAll, clear } = useSelection()
  return (
    <input
      type="checkbox"
      className={classes.check}
      style={{ marginLeft: 6 }}
      checked={isAll && ids.length === 0}
      ref={(box) => {
        if (box !== null) box.indeterminate = ids.length > 0
      }}
      aria-label="Choose all runs that match"
      title="Choose all runs that match, also those that are not loaded yet"
      onChange={isAll ? clear : chooseAll}
    />
  )
}

function SelectBox({ run }: { readonly run: Run }) {
  const { isAll, ids, has, toggle } = useSelection()
  const index = isAll ? -1 : ids.indexOf(run.id)
  return (
    <span className={classes.box}>
      {/* A plain one: forty of them are drawn anew with every jump through 20,000 rows. */}
      <input
        type="checkbox"
        className={classes.check}
        checked={has(run.id)}
        aria-label={`Choose ${run.name}`}
        onChange={() => toggle(run.id)}
      />
      {index < 0 ? null : <RunDot index={index} />}
    </span>
  )
}
