import { SegmentedControl, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Deployment, DeploymentTraffic } from '../ground/wire.ts'
import { LineChart } from '../kit/charts/line-chart.tsx'
import { formatCount, formatDuration, formatPercent } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { servingQueries } from './queries.ts'
import { sum, trafficSeries } from './traffic-series.ts'

const ranges = { '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const
type Range = keyof typeof ranges

/** Requests, errors and latency of each variant over a range that the reader chooses. */
export function TrafficCharts({ deployment }: { readonly deployment: Deployment }) {
  const [range, setRange] = useUrlState('range', '1h')
  const rangeMs = ranges[range as Range] ?? ranges['1h']
  const query = useQuery(servingQueries.traffic(deployment.name, rangeMs))
  return (
    <>
      <SegmentedControl aria-label="Range" data={Object.keys(ranges)} value={range} onChange={setRange} mb="sm" />
      <Loaded query={query} what="the traffic">
        {(traffic) => <Charts traffic={traffic} variants={deployment.variants.map(({ name }) => name)} />}
      </Loaded>
    </>
  )
}

function Charts({ traffic, variants }: { readonly traffic: DeploymentTraffic; readonly variants: readonly string[] }) {
  const requests = sum(traffic.totals, 'requestCount')
  const errors = sum(traffic.totals, 'errorCount')
  const slowest = Math.max(0, ...traffic.totals.map(({ p99Us }) => p99Us ?? 0))
  const latency = (us: number) => formatDuration(us / 1000)
  return (
    <>
      <StatRow>
        <StatTile
          label="Requests"
          value={formatCount(requests)}
          note={`${formatCount(sum(traffic.totals, 'rowCount'))} rows`}
        />
        <StatTile
          label="Errors"
          value={requests === 0 ? '–' : formatPercent(errors / requests, 2)}
          note={`${formatCount(errors)} of the model or server`}
          {...(errors > 0 ? { tone: 'bad' as const } : {})}
        />
        <StatTile
          label="Refused"
          value={formatCount(sum(traffic.totals, 'rejectedCount'))}
          note="requests that were wrong"
        />
        <StatTile label="p99 latency" value={slowest === 0 ? '–' : latency(slowest)} note="of the slowest variant" />
      </StatRow>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm" mt="sm">
        <Panel title="Requests" note="per minute">
          <LineChart
            label="Requests per minute by variant"
            xKind="time"
            xRange={traffic}
            hasZero
            format={(value) => formatCount(Math.round(value))}
            series={trafficSeries(traffic, variants, (bucket) => (bucket.requestCount * 60_000) / traffic.bucketMs)}
          />
        </Panel>
        <Panel title="Latency" note="p99">
          <LineChart
            label="p99 latency by variant"
            xKind="time"
            xRange={traffic}
            hasZero
            format={latency}
            series={trafficSeries(traffic, variants, (bucket) => bucket.p99Us)}
          />
        </Panel>
        <Panel title="Latency" note="median">
          <LineChart
            label="Median latency by variant"
            xKind="time"
            xRange={traffic}
            hasZero
            format={latency}
            series={trafficSeries(traffic, variants, (bucket) => bucket.p50Us)}
          />
        </Panel>
        <Panel title="Errors" note="per minute">
          <LineChart
            label="Errors per minute by variant"
            xKind="time"
            xRange={traffic}
            hasZero
            series={trafficSeries(traffic, variants, (bucket) => (bucket.errorCount * 60_000) / traffic.bucketMs)}
          />
        </Panel>
      </SimpleGrid>
    </>
  )
}
