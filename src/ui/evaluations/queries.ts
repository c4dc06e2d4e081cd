import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const evaluationQueries = {
  sets: () =>
    queryOptions({ queryKey: ['tracking', 'evaluations'], queryFn: () => client.evaluations.list({ limit: 1000 }) }),
  set: (set: string) =>
    queryOptions({ queryKey: ['tracking', 'evaluation', set], queryFn: () => client.evaluations.get({ set }) }),
  cases: (set: string) =>
    queryOptions({
      queryKey: ['tracking', 'evaluation', set, 'cases'],
      queryFn: () => client.evaluations.cases({ set, limit: 1000 }),
    }),
}
