import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Trace } from '../app/wire.ts'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { toGraph } from './lineage-graph.ts'
import { lineageQueries } from './queries.ts'

/** The way back from one thing to the code and the raw bytes it came from. */
export function TraceGraph({ id, height = 360 }: { readonly id: string; readonly height?: number }) {
  const query = useQuery(lineageQueries.trace(id))
  return (
    <Loaded query={query} what="where it comes from">
      {(trace) => <Drawn trace={trace} height={height} />}
    </Loaded>
  )
}

function Drawn({ trace, height }: { readonly trace: Trace; readonly height: number }) {
  const graph = useMemo(() => toGraph(trace), [trace])
  return <GraphView graph={graph} label="The way back to the raw data" height={height} chosen={trace.root} />
}
