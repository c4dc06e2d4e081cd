import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

export const overviewQueries = {
  monitorsOf: (deployment: string) =>
    queryOptions({
      queryKey: ['monitoring', 'monitorsOf', deployment],
      queryFn: () => client.monitors.list({ deployment, limit: 50 }),
    }),
  lastPipelineRun: (pipeline: string) =>
    queryOptions({
      queryKey: ['pipelines', 'last', pipeline],
      queryFn: () => client.pipelines.runs.list({ pipeline, limit: 10 }),
    }),
}
