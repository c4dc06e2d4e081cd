import { useQuery } from '@tanstack/react-query'
import type { DatasetVersion } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatBytes, formatCount } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { datasetsPath, datasetVersionPath } from './paths.ts'
import { datasetQueries } from './queries.ts'
import { versionColumns } from './version-columns.tsx'

export function Page() {
  const dataset = useParam('dataset')
  const one = useQuery(datasetQueries.one(dataset))
  const versions = useQuery(datasetQueries.versions(dataset))
  return (
    <PageFrame
      title={one.data?.name ?? dataset}
      crumbs={[{ label: 'Datasets', to: datasetsPath() }]}
      lead={one.data?.description}
      isFilled
    >
      <Loaded query={versions} what="the versions">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No versions yet" commands={[`slipway datasets add ${dataset} ./data.parquet`]}>
              Add files, and this dataset has its first version.
            </EmptyState>
          ) : (
            <>
              <Facts versions={items} />
              <Panel isFlush className="sl-fill">
                <DataTable
                  name="versions"
                  rows={items}
                  columns={versionColumns}
                  rowKey={(row) => row.id}
                  rowTo={(row) => datasetVersionPath(row.dataset, row.version)}
                  defaultSort="-version"
                  isMain
                />
              </Panel>
            </>
          )
        }
      </Loaded>
    </PageFrame>
  )
}

function Facts({ versions }: { readonly versions: readonly DatasetVersion[] }) {
  const [latest] = versions
  if (latest === undefined) return null
  const rows = versions.map((version) => version.rowCount ?? Number.NaN).reverse()
  return (
    <StatRow>
      <StatTile label="Latest version" value={`v${latest.version}`} note={<RelativeTime at={latest.createdAt} />} />
      <StatTile
        label="Rows"
        value={latest.rowCount === undefined ? '–' : formatCount(latest.rowCount)}
        note={<Sparkline values={rows} label="Rows by version" />}
      />
      <StatTile label="Columns" value={latest.columns?.length ?? '–'} />
      <StatTile label="Files" value={formatCount(latest.fileCount)} note={formatBytes(latest.sizeBytes)} />
    </StatRow>
  )
}
