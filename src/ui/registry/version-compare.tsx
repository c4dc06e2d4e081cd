import { Select, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Comparison, ModelVersion } from '../ground/wire.ts'
import { CompareTable } from '../kit/compare-table.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatNumber } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { registryQueries } from './queries.ts'

/** This version beside another of the same model: what its run measured, what it was told, which files differ. */
export function VersionCompare({ version }: { readonly version: ModelVersion }) {
  const versions = useQuery(registryQueries.versions(version.model))
  const others = (versions.data?.items ?? []).map((each) => each.version).filter((each) => each !== version.version)
  const before = others.find((each) => each < version.version) ?? others[0]
  const [chosen, setChosen] = useUrlState('with', before === undefined ? '' : String(before))
  const other = chosen === '' ? before : Number(chosen)
  if (versions.data !== undefined && other === undefined) {
    return (
      <EmptyState title="The only version" isCompact>
        There is nothing to compare it with yet.
      </EmptyState>
    )
  }
  return (
    <>
      <Select
        label="Compare with"
        data={others.map((each) => ({ value: String(each), label: `${version.model}/${each}` }))}
        value={other === undefined ? null : String(other)}
        onChange={(value) => setChosen(value ?? '')}
        allowDeselect={false}
        w={240}
        mb="sm"
      />
      {other === undefined ? null : <Sides version={version} other={String(other)} />}
    </>
  )
}

function Sides({ version, other }: { readonly version: ModelVersion; readonly other: string }) {
  const query = useQuery(registryQueries.comparison(version.model, String(version.version), other))
  return (
    <Loaded query={query} what="the comparison">
      {(comparison) => <Tables comparison={comparison} />}
    </Loaded>
  )
}

function Tables({ comparison }: { readonly comparison: Comparison }) {
  const sides = { left: `v${comparison.left.version}`, right: `v${comparison.right.version}` }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <Panel title="Metrics">
        <CompareTable
          {...sides}
          empty="Neither run logged a metric."
          rows={comparison.metrics.map(({ key, left, right }) => ({
            label: key,
            left: left === undefined ? undefined : formatNumber(Number(left)),
            right: right === undefined ? undefined : formatNumber(Number(right)),
            change: left === undefined || right === undefined ? undefined : Number(right) - Number(left),
          }))}
        />
      </Panel>
      <Panel title="Parameters">
        <CompareTable
          {...sides}
          empty="Neither run logged a parameter."
          rows={comparison.params.map(({ key, left, right }) => ({ label: key, left, right }))}
        />
      </Panel>
      <Panel title="Files that differ">
        {comparison.files.length === 0
          ? 'All files are equal.'
          : comparison.files.map(({ path, change }) => `${change}: ${path}`).join(', ')}
      </Panel>
      <Panel title="Signature">
        {comparison.isSignatureEqual ? 'Both take and give the same.' : 'They take or give different things.'}
      </Panel>
    </SimpleGrid>
  )
}
