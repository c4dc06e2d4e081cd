import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Column, Preview } from '../app/wire.ts'
import { formatCount, formatNumber, formatTime } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { CellValue, TableColumn } from '../kit/table/table-column.ts'
import { datasetQueries } from './queries.ts'

type PreviewRow = { readonly index: number; readonly cells: Preview['rows'][number] }

/** The first rows of a version's tables, as the analytics engine reads them. */
export function VersionPreview({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const query = useQuery(datasetQueries.preview(dataset, version))
  return (
    <Loaded query={query} what="the rows">
      {(preview) => <Rows preview={preview} />}
    </Loaded>
  )
}

function Rows({ preview }: { readonly preview: Preview }) {
  const columns = useMemo(() => preview.columns.map(toTableColumn), [preview.columns])
  const rows = useMemo(() => preview.rows.map((cells, index) => ({ index, cells })), [preview.rows])
  return (
    <Panel
      title="First rows"
      note={`${formatCount(rows.length)} of ${formatCount(preview.rowCount)}, from ${sourceText(preview.paths)}`}
      isFlush
    >
      <DataTable
        name="rows"
        rows={rows}
        columns={columns}
        rowKey={(row) => String(row.index)}
        urlPrefix="rows."
        height={520}
      />
    </Panel>
  )
}

function sourceText(paths: readonly string[]): string {
  return paths.length <= 2 ? paths.join(' and ') : `${formatCount(paths.length)} files`
}

function toTableColumn({ name, kind, type }: Column): TableColumn<PreviewRow> {
  const isNumber = kind === 'integer' || kind === 'number'
  return {
    id: name,
    label: name,
    hint: type,
    value: (row) => asCell(row.cells[name]),
    cell: (row) => {
      const value = row.cells[name]
      if (typeof value !== 'number') return asText(value)
      return kind === 'time' ? formatTime(value) : isNumber ? formatNumber(value) : String(value)
    },
    width: kind === 'time' ? 190 : Math.max(110, name.length * 8 + 40),
    isNumber,
  }
}

function asCell(value: unknown): CellValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return value === null || value === undefined ? undefined : JSON.stringify(value)
}

function asText(value: unknown): string | undefined {
  return asCell(value)?.toString()
}
