import { TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useCallback, useMemo, useState } from 'react'
import { EmptyState } from '../kit/empty-state.tsx'
import { describe, ErrorState } from '../kit/error-state.tsx'
import { TableSkeleton } from '../kit/loading.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { parseSort } from '../kit/table/table-model.ts'
import { useUrlState } from '../kit/url-state.ts'
import { tracePath } from './paths.ts'
import { traceQueries } from './queries.ts'
import { serverSorted, traceColumns } from './trace-columns.tsx'

export interface TracesTableProps {
  readonly experiment?: string | undefined
  /** Only traces that belong to this run. */
  readonly run?: string | undefined
}

/** Traces: searched and ordered by the server, fetched as the reader scrolls, refreshed as new ones arrive. */
export function TracesTable({ experiment, run }: TracesTableProps) {
  const [filter, setFilter] = useUrlState('filter')
  const [sort] = useUrlState('sort')
  const parsed = parseSort(sort)
  const isClientSorted = parsed !== undefined && !serverSorted.has(parsed.id)
  const orderBy =
    parsed === undefined || isClientSorted ? undefined : `${parsed.id} ${parsed.isDescending ? 'DESC' : 'ASC'}`
  const query = useInfiniteQuery(traceQueries.search({ experiment, filter: filterFor(filter, run), orderBy }))
  const traces = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { hasNextPage, isFetching, fetchNextPage } = query
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  if (query.data === undefined && query.error !== null && filter === '') {
    return <ErrorState title="Cannot show the traces" error={query.error} onRetry={() => void query.refetch()} />
  }
  if (query.data !== undefined && traces.length === 0 && filter === '') return <NoTraces />
  return (
    <Panel isFlush className="sl-fill">
      {query.data === undefined && query.error === null ? (
        <TableSkeleton />
      ) : (
        <DataTable
          name="traces"
          rows={traces}
          columns={traceColumns}
          rowKey={(row) => row.id}
          rowTo={(row) => tracePath(row.id)}
          isMain
          isServerOrdered={!isClientSorted}
          onEnd={loadMore}
          hasMore={hasNextPage}
          toolbar={<FilterInput filter={filter} onFilter={setFilter} error={query.error} />}
        />
      )}
    </Panel>
  )
}

function filterFor(filter: string, run: string | undefined): string {
  if (run === undefined) return filter
  const ofRun = `runId = '${run}'`
  return filter === '' ? ofRun : `${ofRun} AND (${filter})`
}

function NoTraces() {
  return (
    <EmptyState
      title="No traces yet"
      commands={[`export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${window.location.origin}/v1/traces`]}
    >
      A trace shows where the time of a request went, step by step. Any OpenTelemetry exporter (OTLP over HTTP) can send
      its spans here, and so does every client that traces into this server.
    </EmptyState>
  )
}

interface FilterInputProps {
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly error: unknown
}

function FilterInput({ filter, onFilter, error }: FilterInputProps) {
  const [text, setText] = useState(filter)
  const submit = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onFilter(text.trim())
  }
  return (
    <TextInput
      data-table-filter
      placeholder="state = 'ERROR' AND spans.name = 'retrieve'"
      aria-label="Search traces"
      value={text}
      error={error === null ? undefined : describe(error).message}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={submit}
      onBlur={() => onFilter(text.trim())}
      w={420}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
