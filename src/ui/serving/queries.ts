import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../app/client.ts'

export interface PredictionSearch {
  readonly deployment: string
  readonly variant: string
  /** Empty for all. */
  readonly labeled: '' | 'true' | 'false'
}

export const servingQueries = {
  deployments: () =>
    queryOptions({ queryKey: ['serving', 'deployments'], queryFn: () => client.deployments.list({ limit: 1000 }) }),
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
  rollouts: (deployment: string) =>
    queryOptions({
      queryKey: ['serving', 'rollouts', deployment],
      queryFn: () => client.rollouts.list({ deployment, limit: 50 }),
    }),
  rollout: (id: string) =>
    queryOptions({ queryKey: ['serving', 'rollout', id], queryFn: () => client.rollouts.get({ id }) }),
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
