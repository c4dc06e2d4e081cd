import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const lineageQueries = {
  trace: (id: string) =>
    queryOptions({ queryKey: ['lineage', 'trace', id], queryFn: () => client.lineage.trace({ id }) }),
  impact: (id: string) =>
    queryOptions({ queryKey: ['lineage', 'impact', id], queryFn: () => client.lineage.impact({ id }) }),
  graph: (id: string, depth: number) =>
    queryOptions({
      queryKey: ['lineage', 'graph', id, depth],
      queryFn: () => client.lineage.graph({ id, depth }),
      placeholderData: keepPreviousData,
    }),
}
