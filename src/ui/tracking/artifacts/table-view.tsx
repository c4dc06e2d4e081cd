import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../../ground/client.ts'
import { Loaded } from '../../kit/loaded.tsx'
import { PreviewTable } from '../../kit/table/preview-table.tsx'

const mostRows = 1000

/** A table of any size: the server reads its first rows. */
export function TableView({ path, digest }: { readonly path: string; readonly digest: string }) {
  const query = useQuery({
    queryKey: ['immutable', 'table', digest, path],
    queryFn: () => client.blobs.preview({ digest, path, limit: mostRows }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Loaded query={query} what={path}>
      {(preview) => <PreviewTable {...preview} />}
    </Loaded>
  )
}

export interface JsonTableProps {
  readonly columns: readonly string[]
  readonly rows: readonly unknown[][]
}

/** A table that was logged as JSON. */
export function JsonTable({ columns, rows }: JsonTableProps) {
  const preview = useMemo(
    () => ({
      columns: columns.map((name, index) => {
        const isNumber = rows.every((row) => row[index] === null || typeof row[index] === 'number')
        return { name, kind: isNumber ? 'number' : 'text', type: isNumber ? 'number' : 'text' } as const
      }),
      rows: rows.slice(0, mostRows).map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
      rowCount: rows.length,
    }),
    [columns, rows],
  )
  return <PreviewTable {...preview} />
}
