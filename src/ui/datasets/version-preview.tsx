import { useQuery } from '@tanstack/react-query'
import { formatCount } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { PreviewTable } from '../kit/table/preview-table.tsx'
import { datasetQueries } from './queries.ts'

/** The first rows of a version's tables, as the analytics engine reads them. */
export function VersionPreview({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const query = useQuery(datasetQueries.preview(dataset, version))
  return (
    <Loaded query={query} what="the rows">
      {({ paths, rows, rowCount, columns }) => (
        <Panel
          title="First rows"
          note={`${formatCount(rows.length)} of ${formatCount(rowCount)}, from ${sourceText(paths)}`}
          isFlush
        >
          <PreviewTable columns={columns} rows={rows} rowCount={rowCount} />
        </Panel>
      )}
    </Loaded>
  )
}

function sourceText(paths: readonly string[]): string {
  return paths.length <= 2 ? paths.join(' and ') : `${formatCount(paths.length)} files`
}
