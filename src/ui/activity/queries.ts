import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const activityQueries = {
  policies: () =>
    queryOptions({ queryKey: ['automation', 'policies'], queryFn: () => client.policies.list({ limit: 200 }) }),
  decisions: (limit = 100) =>
    queryOptions({ queryKey: ['automation', 'decisions', limit], queryFn: () => client.decisions.list({ limit }) }),
}
