import type { QueryClient } from '@tanstack/react-query'
import { trackingQueries } from '../queries.ts'
import { selectOf } from './logged-columns.ts'
import { orderOf } from './order.ts'

/** Asks for the first rows while the code of the page is still on its way. */
export async function prefetchRuns(
  queries: QueryClient,
  experiment: string | undefined,
  search: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = (key: string) => (typeof search[key] === 'string' ? search[key] : '')
  const keys = await queries.fetchQuery(trackingQueries.keys(experiment))
  const flipped = text('cols') === '' ? [] : text('cols').split(',')
  await queries.prefetchInfiniteQuery(
    trackingQueries.runs({
      experiment,
      filter: text('filter'),
      isDeleted: text('deleted') !== '',
      orderBy: orderOf(text('sort')),
      select: selectOf(keys, flipped, text('color')),
    }),
  )
}
