import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { VersionDiff } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatBytes, formatCount } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatusBadge, type Tone } from '../kit/status-badge.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { useUrlState } from '../kit/url-state.ts'
import { datasetQueries } from './queries.ts'

type Change = VersionDiff['changes'][number]

const tones: Record<Change['change'], Tone> = { added: 'ok', removed: 'bad', changed: 'warn' }

const columns: readonly TableColumn<Change>[] = [
  {
    id: 'change',
    label: 'Change',
    value: (row) => row.change,
    cell: (row) => <StatusBadge status={row.change} tone={tones[row.change]} />,
    width: 120,
    grow: 0,
  },
  { id: 'path', label: 'Path', value: (row) => row.path, width: 320, grow: 3 },
  {
    id: 'before',
    label: 'Before',
    value: (row) => row.before?.sizeBytes,
    cell: (row) => (row.before === undefined ? null : formatBytes(row.before.sizeBytes)),
    width: 110,
    grow: 0,
    isNumber: true,
  },
  {
    id: 'after',
    label: 'After',
    value: (row) => row.after?.sizeBytes,
    cell: (row) => (row.after === undefined ? null : formatBytes(row.after.sizeBytes)),
    width: 110,
    grow: 0,
    isNumber: true,
  },
]

/** What changed in the files since another version; by default the one before. */
export function VersionDiffTab({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const versions = useQuery(datasetQueries.versions(dataset))
  const others = (versions.data?.items ?? []).map((each) => String(each.version)).filter((each) => each !== version)
  const before = others.find((each) => Number(each) < Number(version)) ?? others[0]
  const [chosen, setChosen] = useUrlState('from', before ?? '')
  const from = chosen === '' ? before : chosen
  if (versions.data !== undefined && from === undefined) {
    return (
      <EmptyState title="The only version" isCompact>
        There is nothing to compare it with yet. The next version shows here what changed.
      </EmptyState>
    )
  }
  return (
    <Panel
      title="Changed files since"
      actions={
        <Select
          aria-label="Compare with version"
          data={others.map((each) => ({ value: each, label: `v${each}` }))}
          value={from ?? null}
          onChange={(value) => setChosen(value ?? '')}
          allowDeselect={false}
          w={100}
        />
      }
      isFlush
    >
      {from === undefined ? null : <Changes dataset={dataset} version={version} from={from} />}
    </Panel>
  )
}

function Changes({
  dataset,
  version,
  from,
}: {
  readonly dataset: string
  readonly version: string
  readonly from: string
}) {
  const query = useQuery(datasetQueries.diff(dataset, version, from))
  return (
    <Loaded query={query} what="the changes">
      {(diff) => (
        <DataTable
          name="changed files"
          rows={diff.changes}
          columns={columns}
          rowKey={(row) => row.path}
          urlPrefix="diff."
          height={480}
          toolbar={`${formatCount(diff.unchangedCount)} unchanged`}
        />
      )}
    </Loaded>
  )
}
