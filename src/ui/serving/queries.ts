import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export interface PredictionSearch {
  readonly deployment: string
  readonly variant: string
  /** Empty for all. */
  readonly labeled: '' | 'true' | 'false'
}

/** What is compared grows with every request, and requests make no event each. */
const lookMs = 5000

export const servingQueries = {
  deployments: () =>
    queryOptions({ queryKey: ['serving', 'deployments'], queryFn: () => client.deployments.list({ limit: 1000 }) }),
  /** Who lives, and how busy it is, makes no event. */
  fleet: () =>
    queryOptions({ queryKey: ['serving', 'fleet'], queryFn: () => client.fleet.list({}), refetchInterval: lookMs }),
  deployment: (name: string) =>
    queryOptions({ queryKey: ['serving', 'deployment', name], queryFn: () => client.deployments.get({ name }) }),
  /** The last `rangeMs` until now; asked again while the page is open, as traffic makes no event per request. */
  traffic: (name: string, rangeMs: number) =>
    queryOptions({
      queryKey: ['serving', 'traffic', name, rangeMs],
      queryFn: () => client.deployments.traffic({ name, from: Date.now() - rangeMs }),
      refetchInterval: 10_000,
      placeholderData: keepPreviousData,
    }),
  /** Asked again while one runs: each part of the rows makes no event. */
  batches: () =>
    queryOptions({
      queryKey: ['serving', 'batches'],
      queryFn: () => client.batches.list({ limit: 200 }),
      refetchInterval: ({ state }) => (state.data?.items.some((batch) => batch.state === 'running') ? 1000 : 30_000),
    }),
  environments: () =>
    queryOptions({ queryKey: ['serving', 'environments'], queryFn: () => client.environments.list({}) }),
  package: (name: string) =>
    queryOptions({
      queryKey: ['serving', 'package', name],
      queryFn: () => client.deployments.package({ name }),
      retry: false,
    }),
  rollouts: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'rollouts', deployment],
      queryFn: () => client.rollouts.list({ deployment, limit: 50 }),
    }),
  rollout: (id: string) =>
    queryOptions({ queryKey: ['serving', 'rollout', id], queryFn: () => client.rollouts.get({ id }) }),
  shadows: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'shadows', deployment],
      queryFn: () => client.shadows.list({ deployment, limit: 20 }),
      refetchInterval: lookMs,
    }),
  shadow: (id: string, isRunning: boolean) =>
    queryOptions({
      queryKey: ['serving', 'shadow', id],
      queryFn: () => client.shadows.get({ id }),
      refetchInterval: isRunning ? lookMs : false,
    }),
  shadowDifferences: (id: string, isRunning: boolean) =>
    queryOptions({
      queryKey: ['serving', 'shadow-differences', id],
      queryFn: () => client.shadows.differences({ id, limit: 10 }),
      refetchInterval: isRunning ? lookMs : false,
    }),
  abTests: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'ab-tests', deployment],
      queryFn: () => client.abTests.list({ deployment, limit: 20 }),
      refetchInterval: lookMs,
    }),
  bandits: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'bandits', deployment],
      queryFn: () => client.bandits.list({ deployment, limit: 20 }),
      refetchInterval: lookMs,
    }),
  replays: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'replays', deployment],
      queryFn: () => client.replays.list({ deployment, limit: 20 }),
      refetchInterval: lookMs,
    }),
  replayDifferences: (id: string) =>
    queryOptions({
      queryKey: ['serving', 'replay-differences', id],
      queryFn: () => client.replays.differences({ id, limit: 10 }),
    }),
  predictions: ({ deployment, variant, labeled }: PredictionSearch) =>
    infiniteQueryOptions({
      queryKey: ['serving', 'predictions', deployment, variant, labeled],
      queryFn: ({ pageParam }) =>
        client.predictions.list({
          deployment,
          limit: 200,
          ...(variant === '' ? {} : { variant }),
          ...(labeled === '' ? {} : { labeled }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        }),
      initialPageParam: '',
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  prediction: (id: string) =>
    queryOptions({ queryKey: ['serving', 'prediction', id], queryFn: () => client.predictions.get({ id }) }),
}
