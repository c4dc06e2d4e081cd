import { Switch, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useState } from 'react'
import type { Run } from '../app/wire.ts'
import { describe, ErrorState } from '../kit/error-state.tsx'
import { TableSkeleton } from '../kit/loading.tsx'
import { Panel } from '../kit/panel.tsx'
import { paths } from '../kit/paths.ts'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { parseSort } from '../kit/table/table-model.ts'
import { useUrlState } from '../kit/url-state.ts'
import { trackingQueries } from './queries.ts'
import { runColumns } from './run-columns.tsx'
import { SelectionProvider } from './selection.tsx'
import { SelectionBar } from './selection-bar.tsx'

/** Columns the server can order by, in its words. */
function orderOf(sort: string): string | undefined {
  const parsed = parseSort(sort)
  if (parsed === undefined) return undefined
  const { id, isDescending } = parsed
  const attribute = /^(metrics|params)\.(.+)$/.exec(id)
  const column = attribute === null ? `attributes.${id}` : `${attribute[1]}.\`${attribute[2]}\``
  return `${column} ${isDescending ? 'DESC' : 'ASC'}`
}

/** Columns whose order only the client knows: they are sorted among the runs loaded so far. */
const clientSorted = new Set(['selected', 'duration', 'source', 'createdBy', 'id'])

/** Runs of one experiment or of all: searched and ordered by the server, fetched as the reader scrolls. */
export function RunsTable({ experiment }: { readonly experiment?: string | undefined }) {
  const [filter, setFilter] = useUrlState('filter')
  const [sort] = useUrlState('sort')
  const [deleted, setDeleted] = useUrlState('deleted')
  const isClientSorted = clientSorted.has(parseSort(sort)?.id ?? '')
  const query = useInfiniteQuery(
    trackingQueries.runs({
      experiment,
      filter,
      orderBy: isClientSorted ? undefined : orderOf(sort),
      isDeleted: deleted !== '',
    }),
  )
  const runs = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useColumns(runs)
  const { hasNextPage, isFetching, fetchNextPage } = query
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  if (query.data === undefined && query.error !== null && filter === '') {
    return <ErrorState title="Cannot show the runs" error={query.error} onRetry={() => void query.refetch()} />
  }
  return (
    <SelectionProvider>
      <Panel isFlush className="sl-fill">
        <SelectionBar isDeleted={deleted !== ''} />
        {query.data === undefined && query.error === null ? (
          <TableSkeleton />
        ) : (
          <DataTable
            name="runs"
            rows={runs}
            columns={columns}
            rowKey={(row) => row.id}
            rowTo={(row) => paths.run(row.id)}
            isMain
            isServerOrdered={!isClientSorted}
            onEnd={loadMore}
            hasMore={hasNextPage}
            toolbar={
              <>
                <FilterInput filter={filter} onFilter={setFilter} error={query.error} />
                <Switch
                  size="xs"
                  label="Deleted"
                  checked={deleted !== ''}
                  onChange={(event) => setDeleted(event.currentTarget.checked ? '1' : '')}
                />
              </>
            }
          />
        )}
      </Panel>
    </SelectionProvider>
  )
}

/** New columns only when new keys appear, not with every page. */
function useColumns(runs: readonly Run[]): readonly TableColumn<Run>[] {
  const columns = useMemo(() => runColumns(runs.slice(0, 1000)), [runs])
  const names = columns.map(({ id }) => id).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the columns
  return useMemo(() => columns, [names])
}

interface FilterInputProps {
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly error: unknown
}

function FilterInput({ filter, onFilter, error }: FilterInputProps) {
  const [text, setText] = useState(filter)
  // A saved view brings a filter of its own.
  useEffect(() => setText(filter), [filter])
  const submit = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onFilter(text.trim())
  }
  return (
    <TextInput
      data-table-filter
      placeholder="metrics.auc > 0.9 AND params.depth = '6'"
      aria-label="Search runs"
      value={text}
      error={error === null ? undefined : describe(error).message}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={submit}
      onBlur={() => onFilter(text.trim())}
      w={380}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
