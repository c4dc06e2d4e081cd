import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { RunsBlock } from './blocks.ts'

export const reportQueries = {
  reports: () => queryOptions({ queryKey: ['reports', 'list'], queryFn: () => client.reports.list({ limit: 1000 }) }),
  report: (report: string) =>
    queryOptions({ queryKey: ['reports', 'one', report], queryFn: () => client.reports.get({ report }) }),
  /** The runs of a block as they are now; news of tracking asks again. */
  runs: ({ experiment, filter, orderBy, limit }: Pick<RunsBlock, 'experiment' | 'filter' | 'orderBy' | 'limit'>) =>
    queryOptions({
      queryKey: ['tracking', 'block', experiment, filter, orderBy, limit],
      queryFn: () =>
        client.runs.search({
          limit: limit ?? 10,
          ...(experiment === undefined ? {} : { experiments: [experiment] }),
          ...(filter === undefined ? {} : { filter }),
          ...(orderBy === undefined ? {} : { orderBy: [orderBy] }),
        }),
      placeholderData: keepPreviousData,
    }),
}
