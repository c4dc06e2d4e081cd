import { IconBox, IconBroadcast, IconDatabase, IconRadar2, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { datasetQueries } from '../datasets/index.ts'
import { datasetVersionPath } from '../datasets/paths.ts'
import type { Deployment } from '../ground/wire.ts'
import { formatCount, formatDuration, formatNumber } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { Sparkline } from '../kit/sparkline.tsx'
import { TrafficBar } from '../kit/traffic-bar.tsx'
import { HealthBadge, monitoringQueries, WindowStrip } from '../monitoring/index.ts'
import { monitorPath } from '../monitoring/paths.ts'
import { RunStrip } from '../pipelines/index.ts'
import { pipelinePath } from '../pipelines/paths.ts'
import { registryQueries } from '../registry/index.ts'
import { modelPath, modelVersionPath } from '../registry/paths.ts'
import { servingQueries, sharesOf, sum } from '../serving/index.ts'
import { trackingQueries } from '../tracking/index.ts'
import { runPath } from '../tracking/paths.ts'
import classes from './loop.module.css'
import { overviewQueries } from './queries.ts'
import { Station } from './station.tsx'

type Variant = Deployment['variants'][number]

/** The data the serving version was trained on. */
export function DataStation({ modelVersionId }: { readonly modelVersionId: string | undefined }) {
  const runId = useRunId(modelVersionId)
  const links = useQuery({ ...trackingQueries.links(runId ?? ''), enabled: runId !== undefined })
  const input =
    links.data?.inputs.find(({ datasetVersionId }) => datasetVersionId !== undefined) ?? links.data?.inputs[0]
  const id = input?.datasetVersionId
  const version = useQuery({ ...datasetQueries.version('-', id ?? ''), enabled: id !== undefined })
  const data = version.data
  return (
    <Station
      icon={IconDatabase}
      label="Data"
      note={data?.rowCount === undefined ? 'of the serving version' : `${formatCount(data.rowCount)} rows`}
    >
      {data === undefined ? (
        (input?.name ?? 'not recorded')
      ) : (
        <RouteLink to={datasetVersionPath(data.dataset, data.version)}>
          {data.dataset}@{data.version}
        </RouteLink>
      )}
    </Station>
  )
}

export interface TrainingStationProps {
  readonly pipeline: string | undefined
  readonly modelVersionId: string | undefined
}

/** The pipeline that trains, with its last runs; without one, the run that made the serving version. */
export function TrainingStation({ pipeline, modelVersionId }: TrainingStationProps) {
  const runId = useRunId(modelVersionId)
  const run = useQuery({ ...trackingQueries.run(runId ?? ''), enabled: pipeline === undefined && runId !== undefined })
  const runs = useQuery({ ...overviewQueries.lastPipelineRun(pipeline ?? ''), enabled: pipeline !== undefined })
  if (pipeline === undefined) {
    return (
      <Station icon={IconRoute} label="Training" note={run.data && <RelativeTime at={run.data.startedAt} />}>
        {run.data === undefined ? 'not recorded' : <RouteLink to={runPath(run.data.id)}>{run.data.name}</RouteLink>}
      </Station>
    )
  }
  const items = runs.data?.items ?? []
  const last = items[0]
  return (
    <Station
      icon={IconRoute}
      label="Training"
      note={
        last === undefined ? (
          'never run'
        ) : (
          <>
            {last.state} <RelativeTime at={last.createdAt} />
          </>
        )
      }
      more={<RunStrip runs={items} />}
    >
      <RouteLink to={pipelinePath(pipeline)}>{pipeline}</RouteLink>
    </Station>
  )
}

export interface ModelStationProps {
  readonly deployment: Deployment
  readonly champion: Variant | undefined
}

/** The version that serves most, and what its run measured. */
export function ModelStation({ deployment, champion }: ModelStationProps) {
  const runId = useRunId(champion?.modelVersionId)
  const run = useQuery({ ...trackingQueries.run(runId ?? ''), enabled: runId !== undefined })
  const metric = run.data?.metrics.find(({ key }) => /auc|accuracy/i.test(key)) ?? run.data?.metrics[0]
  return (
    <Station
      icon={IconBox}
      label="Model"
      note={metric === undefined ? undefined : `${metric.key} ${formatNumber(Number(metric.value))}`}
    >
      {champion === undefined ? (
        <RouteLink to={modelPath(deployment.model)}>{deployment.model}</RouteLink>
      ) : (
        <RouteLink to={modelVersionPath(deployment.model, champion.version)}>
          {deployment.model}/{champion.version}
        </RouteLink>
      )}
    </Station>
  )
}

/** Traffic of the last hour and how it is shared. */
export function ServingStation({ deployment }: { readonly deployment: Deployment }) {
  const traffic = useQuery(servingQueries.traffic(deployment.name, 3_600_000))
  const totals = traffic.data?.totals ?? []
  const slowest = Math.max(0, ...totals.map(({ p99Us }) => p99Us ?? 0))
  const requests = [...Map.groupBy(traffic.data?.series ?? [], ({ at }) => at).values()].map((buckets) =>
    sum(buckets, 'requestCount'),
  )
  return (
    <Station
      icon={IconBroadcast}
      label="Serving"
      note={
        <>
          {formatCount(sum(totals, 'requestCount'))} requests in an hour
          {slowest === 0 ? '' : `, p99 ${formatDuration(slowest / 1000)}`}
        </>
      }
      more={<Sparkline values={requests} label="Requests over the last hour" width={130} />}
    >
      <TrafficBar shares={sharesOf(deployment)} />
    </Station>
  )
}

/** What watches it and what it found last. */
export function WatchStation({ deployment }: { readonly deployment: Deployment }) {
  const monitors = useQuery(overviewQueries.monitorsOf(deployment.name))
  const items = monitors.data?.items ?? []
  return (
    <Station icon={IconRadar2} label="Watching">
      {items.length === 0
        ? 'nothing watches it'
        : items.map((monitor) => (
            <div key={monitor.id} className={classes.watch}>
              <RouteLink to={monitorPath(monitor.name)}>{monitor.name}</RouteLink>{' '}
              <HealthBadge health={monitor.health} />
              <Windows monitor={monitor.name} />
            </div>
          ))}
    </Station>
  )
}

function Windows({ monitor }: { readonly monitor: string }) {
  const { data } = useQuery(monitoringQueries.windows(monitor, 18))
  return data === undefined ? null : <WindowStrip windows={data.items} label={`Last windows of ${monitor}`} />
}

/** The tracking run that made a model version. */
function useRunId(modelVersionId: string | undefined): string | undefined {
  const version = useQuery({
    ...registryQueries.version('-', modelVersionId ?? ''),
    enabled: modelVersionId !== undefined,
  })
  return version.data?.runId
}
