import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const projectQueries = {
  list: () => queryOptions({ queryKey: ['projects', 'list'], queryFn: () => client.projects.list({ limit: 1000 }) }),
  one: (project: string) =>
    queryOptions({ queryKey: ['projects', 'one', project], queryFn: () => client.projects.get({ project }) }),
}
