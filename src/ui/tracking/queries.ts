import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export interface RunSearch {
  readonly experiment?: string | undefined
  readonly filter: string
  readonly orderBy: string | undefined
  /** Only the deleted ones, which can be restored. */
  readonly isDeleted?: boolean
  /** What is read of that which was logged: the columns that show. */
  readonly select: readonly string[]
}

/** Often enough to watch a training, seldom enough for a wall of charts. */
const liveMs = 3000

export interface ChartPart {
  readonly fromStep?: number | undefined
  readonly toStep?: number | undefined
  /** More points may come. */
  readonly isLive?: boolean
}

export type RunScope = Pick<RunSearch, 'experiment' | 'filter' | 'isDeleted'>

/** The first page fills a window at once; with the others 20 000 runs are twenty requests. */
const pageSizes = { first: 100, others: 1000 } as const

/** A scope in the words of the server. */
export const scopeOf = ({ experiment, filter, isDeleted = false }: RunScope) => ({
  ...(experiment === undefined ? {} : { experiments: [experiment] }),
  ...(filter === '' ? {} : { filter }),
  ...(isDeleted ? { lifecycle: 'deleted' as const } : {}),
})

export const trackingQueries = {
  experiments: () =>
    queryOptions({ queryKey: ['tracking', 'experiments'], queryFn: () => client.experiments.list({ limit: 1000 }) }),
  folders: () =>
    queryOptions({
      queryKey: ['tracking', 'experiments', 'folders'],
      queryFn: () => client.experiments.folders.list(),
    }),
  experiment: (experiment: string) =>
    queryOptions({
      queryKey: ['tracking', 'experiment', experiment],
      queryFn: () => client.experiments.get({ experiment }),
    }),
  /** The names of the columns; without the filter, so that a search does not change them. */
  watches: (experiment: string) =>
    queryOptions({
      queryKey: ['tracking', 'watches', experiment],
      queryFn: () => client.experiments.watches.list({ experiment }),
    }),
  keys: (experiment: string | undefined) =>
    queryOptions({
      queryKey: ['tracking', 'keys', experiment],
      queryFn: () => client.runs.keys(scopeOf({ experiment, filter: '' })),
    }),
  groups: (scope: RunScope, by: string, metrics: readonly string[] = []) =>
    queryOptions({
      queryKey: ['tracking', 'groups', scope, by, metrics],
      queryFn: () => client.runs.groups({ ...scopeOf(scope), by, metrics: [...metrics], limit: 1000 }),
      placeholderData: keepPreviousData,
    }),
  runs: ({ orderBy, select, ...scope }: RunSearch) =>
    infiniteQueryOptions({
      queryKey: ['tracking', 'runs', scope, orderBy, select],
      queryFn: ({ pageParam }) =>
        client.runs.search({
          ...scopeOf(scope),
          limit: pageParam === '' ? pageSizes.first : pageSizes.others,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
          ...(orderBy === undefined ? {} : { orderBy: [orderBy] }),
          select: [...select],
        }),
      initialPageParam: '',
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  /** Exactly these runs, deleted or not. */
  these: (ids: readonly string[]) =>
    queryOptions({
      queryKey: ['tracking', 'these', ids],
      queryFn: () =>
        client.runs.search({
          filter: `attributes.id IN (${ids.map((id) => `'${id.replaceAll("'", '')}'`).join(', ')})`,
          lifecycle: 'all',
          limit: 1000,
        }),
      enabled: ids.length > 0,
      placeholderData: keepPreviousData,
    }),
  recentRuns: (limit: number) =>
    queryOptions({ queryKey: ['tracking', 'recent', limit], queryFn: () => client.runs.search({ limit }) }),
  /** What a running run logs makes no event: it is asked again while it runs. */
  run: (runId: string) =>
    queryOptions({
      queryKey: ['tracking', 'run', runId],
      queryFn: () => client.runs.get({ runId }),
      refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? liveMs : false),
    }),
  links: (runId: string) =>
    queryOptions({ queryKey: ['tracking', 'links', runId], queryFn: () => client.runs.links({ runId }) }),
  /** Thinned with every minimum and maximum kept; a part of the steps is thinned anew, so a zoom shows more. */
  chart: (runId: string, key: string, { fromStep, toStep, isLive = false }: ChartPart = {}) =>
    queryOptions({
      queryKey: ['tracking', 'chart', runId, key, fromStep, toStep],
      queryFn: () =>
        client.runs.metrics.chart({
          runId,
          key,
          points: 1000,
          ...(fromStep === undefined || toStep === undefined ? {} : { fromStep, toStep }),
        }),
      refetchInterval: isLive ? liveMs : false,
      placeholderData: keepPreviousData,
    }),
  files: (runId: string) =>
    queryOptions({
      queryKey: ['tracking', 'files', runId],
      queryFn: () => client.runs.artifacts.list({ runId, isRecursive: true }),
    }),
  artifacts: (runId: string, path: string) =>
    queryOptions({
      queryKey: ['tracking', 'artifacts', runId, path],
      queryFn: () => client.runs.artifacts.list({ runId, ...(path === '' ? {} : { path }) }),
    }),
}
