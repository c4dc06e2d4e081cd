import { Select, Switch } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { RunKeys } from '../../ground/wire.ts'
import { ErrorState } from '../../kit/error-state.tsx'
import { Loaded } from '../../kit/loaded.tsx'
import { TableSkeleton } from '../../kit/loading.tsx'
import { Panel } from '../../kit/panel.tsx'
import { DataTable } from '../../kit/table/data-table.tsx'
import { useUrlList, useUrlState } from '../../kit/url-state.ts'
import { runPath } from '../paths.ts'
import { type RunScope, trackingQueries } from '../queries.ts'
import { colorScale } from './color-scale.ts'
import { FilterBox } from './filter-box.tsx'
import { GroupTable } from './group-table.tsx'
import { loggedColumns, selectOf } from './logged-columns.ts'
import { isSortedHere, orderOf } from './order.ts'
import { coloredColumns, runColumns } from './run-columns.tsx'
import { SelectionProvider } from './selection.tsx'
import { SelectionBar } from './selection-bar.tsx'

/** Runs of one experiment or of all: searched, ordered and grouped by the server, fetched as the reader scrolls. */
export function RunsTable({ experiment }: { readonly experiment?: string | undefined }) {
  const query = useQuery(trackingQueries.keys(experiment))
  return (
    <Loaded query={query} what="the runs" skeleton={<TableSkeleton />}>
      {(keys) => (
        <SelectionProvider>
          <KnownRuns experiment={experiment} keys={keys} />
        </SelectionProvider>
      )}
    </Loaded>
  )
}

interface KnownRunsProps {
  readonly experiment: string | undefined
  readonly keys: RunKeys
}

function KnownRuns({ experiment, keys }: KnownRunsProps) {
  const [filter, setFilter] = useUrlState('filter')
  const [deleted] = useUrlState('deleted')
  const [group] = useUrlState('group')
  const scope = { experiment, filter, isDeleted: deleted !== '' }
  const found = useRuns(scope, keys)
  const total = useTotal(scope, found.query.isSuccess)
  const { error } = found.query
  if (found.query.data === undefined && error !== null && filter === '') {
    return <ErrorState title="Cannot show the runs" error={error} onRetry={() => void found.query.refetch()} />
  }
  const toolbar = (
    <>
      <FilterBox experiment={experiment} keys={keys} filter={filter} onFilter={setFilter} error={error} />
      <ViewControls keys={keys} />
    </>
  )
  return (
    <Panel isFlush className="sl-fill">
      <SelectionBar scope={scope} total={total} />
      {found.query.data === undefined && error === null ? (
        <TableSkeleton />
      ) : group === '' ? (
        <DataTable
          name="runs"
          rows={found.runs}
          columns={found.columns}
          rowKey={rowKey}
          rowTo={rowTo}
          isMain
          isServerOrdered={!found.isSortedHere}
          onEnd={found.loadMore}
          hasMore={found.query.hasNextPage}
          total={total}
          toolbar={toolbar}
        />
      ) : (
        <GroupTable scope={scope} by={group} metrics={found.metrics} toolbar={toolbar} />
      )}
    </Panel>
  )
}

const rowKey = ({ id }: { readonly id: string }) => id
const rowTo = ({ id }: { readonly id: string }) => runPath(id)

/** The rows with what the shown columns need, and the columns. */
function useRuns(scope: RunScope, keys: RunKeys) {
  const [sort] = useUrlState('sort')
  const [flipped] = useUrlList('cols')
  const [color] = useUrlState('color')
  const select = useMemo(() => selectOf(keys, flipped, color), [keys, flipped, color])
  const query = useInfiniteQuery(trackingQueries.runs({ ...scope, orderBy: orderOf(sort), select }))
  const runs = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const plain = useMemo(() => runColumns(keys), [keys])
  const columns = useMemo(() => coloredColumns(plain, color, colorScale(runs, color)), [plain, color, runs])
  const { hasNextPage, isFetching, fetchNextPage } = query
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  const metrics = useMemo(
    () => select.filter((id) => id.startsWith('metrics.')).map((id) => id.slice('metrics.'.length)),
    [select],
  )
  return { query, runs, columns, loadMore, metrics, isSortedHere: isSortedHere(sort) }
}

/** How many runs match, also beyond those that are loaded. Asked once the first rows are there. */
function useTotal(scope: RunScope, isReady: boolean): number | undefined {
  const { data } = useQuery({ ...trackingQueries.groups(scope, 'status'), enabled: isReady })
  return data?.items.reduce((sum, { count }) => sum + count, 0)
}

/** What the runs are grouped and colored by, and whether the deleted ones show. */
function ViewControls({ keys }: { readonly keys: RunKeys }) {
  const [group, setGroup] = useUrlState('group')
  const [color, setColor] = useUrlState('color')
  const [deleted, setDeleted] = useUrlState('deleted')
  const fields = useMemo(() => loggedColumns(keys).map(({ id, kind }) => ({ id, kind })), [keys])
  const words = fields.filter(({ kind }) => kind !== 'metrics').map(({ id }) => id)
  return (
    <>
      <Select
        aria-label="Group by"
        placeholder="Group by"
        data={['status', 'createdBy', 'sourceName', ...words]}
        value={group === '' ? null : group}
        onChange={(value) => setGroup(value ?? '')}
        searchable
        clearable
        limit={100}
        w={150}
      />
      <Select
        aria-label="Color by"
        placeholder="Color by"
        data={fields.map(({ id }) => id)}
        value={color === '' ? null : color}
        onChange={(value) => setColor(value ?? '')}
        searchable
        clearable
        limit={100}
        w={150}
      />
      <Switch
        size="xs"
        label="Deleted"
        checked={deleted !== ''}
        onChange={(event) => setDeleted(event.currentTarget.checked ? '1' : '')}
      />
    </>
  )
}
