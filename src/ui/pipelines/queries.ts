import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const pipelineQueries = {
  list: () => queryOptions({ queryKey: ['pipelines', 'list'], queryFn: () => client.pipelines.list({ limit: 1000 }) }),
  one: (pipeline: string) =>
    queryOptions({ queryKey: ['pipelines', 'one', pipeline], queryFn: () => client.pipelines.get({ pipeline }) }),
  versions: (pipeline: string) =>
    queryOptions({
      queryKey: ['pipelines', 'versions', pipeline],
      queryFn: () => client.pipelines.versions.list({ pipeline }),
    }),
  runs: (pipeline?: string) =>
    queryOptions({
      queryKey: ['pipelines', 'runs', pipeline],
      queryFn: () => client.pipelines.runs.list({ limit: 500, ...(pipeline === undefined ? {} : { pipeline }) }),
    }),
  run: (id: string) =>
    queryOptions({
      queryKey: ['pipelines', 'run', id],
      queryFn: () => client.pipelines.runs.get({ id }),
      // Between two events a step may start or try again, so a run under way is also asked for by itself.
      refetchInterval: (query) => (query.state.data?.state === 'running' ? 1500 : false),
    }),
}
