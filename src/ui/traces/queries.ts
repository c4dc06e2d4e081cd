import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export interface TraceSearch {
  readonly experiment?: string | undefined
  readonly filter: string
  readonly orderBy: string | undefined
}

const pageSize = 500

export const traceQueries = {
  search: ({ experiment, filter, orderBy }: TraceSearch) =>
    infiniteQueryOptions({
      queryKey: ['traces', 'search', experiment, filter, orderBy],
      queryFn: ({ pageParam }) =>
        client.traces.search({
          limit: pageParam === '' ? 100 : pageSize,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
          ...(experiment === undefined ? {} : { experiments: [experiment] }),
          ...(filter === '' ? {} : { filter }),
          ...(orderBy === undefined ? {} : { orderBy: [orderBy] }),
        }),
      initialPageParam: '',
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  trace: (traceId: string) =>
    queryOptions({ queryKey: ['traces', 'trace', traceId], queryFn: () => client.traces.get({ traceId }) }),
}
