import { queryOptions } from '@tanstack/react-query'
import { client } from '../app/client.ts'

export const activityQueries = {
  decisions: (limit = 100) =>
    queryOptions({ queryKey: ['automation', 'decisions', limit], queryFn: () => client.decisions.list({ limit }) }),
}
