import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../kit/loaded.tsx'
import { DrawnGraph } from './drawn-graph.tsx'
import { lineageQueries } from './queries.ts'

/** The way back from one thing to the code and the raw bytes it came from. */
export function TracePanel({ id, title }: { readonly id: string; readonly title: string }) {
  const query = useQuery(lineageQueries.trace(id))
  return (
    <Loaded query={query} what="where it comes from">
      {(trace) => <DrawnGraph graph={trace} title={title} note="back to the raw data" height={360} />}
    </Loaded>
  )
}
