import { Accordion, Group, SimpleGrid, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { MetricSummary, Run } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatCountOf, formatNumber } from '../kit/format.ts'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { useUrlList, useUrlState } from '../kit/url-state.ts'
import { ChartControls } from './charts/chart-controls.tsx'
import { type ChartLook, useChartLook } from './charts/chart-look.ts'
import { MetricChart } from './charts/metric-chart.tsx'
import { byPrefix, isSeries, isSystem, type MetricGroup } from './charts/metric-groups.ts'

/** The metrics of a run: single values as tiles, series as charts that grow while the run trains. */
export function RunMetrics({ run, isOfSystem = false }: { readonly run: Run; readonly isOfSystem?: boolean }) {
  const state = useChartLook()
  const [search, setSearch] = useUrlState('find')
  const metrics = run.metrics.filter((metric) => isSystem(metric) === isOfSystem)
  if (metrics.length === 0) {
    return (
      <EmptyState title="No metrics yet" code={['mlflow.log_metric("loss", loss, step=step)']} isCompact>
        What the run logs appears here as it arrives.
      </EmptyState>
    )
  }
  const found = metrics.filter(({ key }) => key.toLowerCase().includes(search.trim().toLowerCase()))
  const single = found.filter((metric) => !isSeries(metric))
  const series = found.filter(isSeries)
  return (
    <>
      <Group gap="lg" mb="md">
        <TextInput
          placeholder={`Find in ${formatCountOf(metrics.length, 'metrics')}`}
          aria-label="Find metrics"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={220}
        />
        {series.length === 0 ? null : <ChartControls {...state} />}
      </Group>
      {single.length === 0 ? null : (
        <StatRow>
          {single.map((metric) => (
            <StatTile key={metric.key} label={metric.key} value={formatNumber(Number(metric.value))} />
          ))}
        </StatRow>
      )}
      <Groups run={run} groups={byPrefix(series)} look={state.look} />
    </>
  )
}

/** So few charts need no groups to be found in. */
const mostTogether = 9

interface GroupsProps {
  readonly run: Run
  readonly groups: readonly MetricGroup<MetricSummary>[]
  readonly look: ChartLook
}

/** Charts under their prefixes; the address remembers which are closed. */
function Groups({ run, groups, look }: GroupsProps) {
  const [closed, setClosed] = useUrlList('closed')
  const grid = (metrics: readonly MetricSummary[]) => (
    <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="sm" mt="sm">
      {metrics.map((metric) => (
        <MetricChart key={metric.key} run={run} metric={metric} look={look} />
      ))}
    </SimpleGrid>
  )
  const all = groups.flatMap(({ metrics }) => metrics)
  if (groups.length === 1 || all.length <= mostTogether) return grid(all)
  const names = groups.map(({ prefix }) => prefix || 'no prefix')
  return (
    <Accordion
      multiple
      variant="separated"
      mt="sm"
      value={names.filter((name) => !closed.includes(name))}
      onChange={(open) => setClosed(names.filter((name) => !open.includes(name)))}
    >
      {groups.map(({ prefix, metrics }, index) => (
        <Accordion.Item key={prefix} value={names[index] ?? ''}>
          <Accordion.Control>
            {names[index]} <span style={{ color: 'var(--sl-ink-3)' }}>{metrics.length}</span>
          </Accordion.Control>
          <Accordion.Panel>{grid(metrics)}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
