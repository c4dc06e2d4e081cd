import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../app/client.ts'

export interface RunSearch {
  readonly experiment?: string | undefined
  readonly filter: string
  readonly orderBy: string | undefined
  /** Only the deleted ones, which can be restored. */
  readonly isDeleted?: boolean
}

/** Large enough that 20 000 runs are twenty requests, small enough that the first rows come at once. */
const pageSize = 1000

export const trackingQueries = {
  experiments: () =>
    queryOptions({ queryKey: ['tracking', 'experiments'], queryFn: () => client.experiments.list({ limit: 1000 }) }),
  experiment: (experiment: string) =>
    queryOptions({
      queryKey: ['tracking', 'experiment', experiment],
      queryFn: () => client.experiments.get({ experiment }),
    }),
  runs: ({ experiment, filter, orderBy, isDeleted = false }: RunSearch) =>
    infiniteQueryOptions({
      queryKey: ['tracking', 'runs', experiment, filter, orderBy, isDeleted],
      queryFn: ({ pageParam }) =>
        client.runs.search({
          limit: pageParam === '' ? 200 : pageSize,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
          ...(experiment === undefined ? {} : { experiments: [experiment] }),
          ...(filter === '' ? {} : { filter }),
          ...(orderBy === undefined ? {} : { orderBy: [orderBy] }),
          ...(isDeleted ? { lifecycle: 'deleted' } : {}),
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
  run: (runId: string) =>
    queryOptions({ queryKey: ['tracking', 'run', runId], queryFn: () => client.runs.get({ runId }) }),
  links: (runId: string) =>
    queryOptions({ queryKey: ['tracking', 'links', runId], queryFn: () => client.runs.links({ runId }) }),
  chart: (runId: string, key: string) =>
    queryOptions({
      queryKey: ['tracking', 'chart', runId, key],
      queryFn: () => client.runs.metrics.chart({ runId, key, points: 1000 }),
    }),
  artifacts: (runId: string, path: string) =>
    queryOptions({
      queryKey: ['tracking', 'artifacts', runId, path],
      queryFn: () => client.runs.artifacts.list({ runId, ...(path === '' ? {} : { path }) }),
    }),
}
