import { useEffect, useMemo, useRef, useState } from 'react'
import type { Graph, PlacedGraph } from './graph.ts'

export interface Layout {
  readonly placed: PlacedGraph | undefined
  readonly error: unknown
}

/** Places a graph; a change of states or details alone keeps the places and only redraws. */
export function useLayout(graph: Graph): Layout {
  const [placed, setPlaced] = useState<PlacedGraph>()
  const [error, setError] = useState<unknown>()
  const latest = useRef(graph)
  latest.current = graph
  const shape = useMemo(
    () => JSON.stringify([graph.nodes.map(({ id, label, detail }) => [id, label, detail?.length]), graph.edges]),
    [graph],
  )
  useEffect(() => {
    let isCurrent = shape !== ''
    import('./graph-layout.ts')
      .then(({ layoutGraph }) => layoutGraph(latest.current))
      .then((result) => {
        if (isCurrent) setPlaced(result)
      })
      .catch((problem: unknown) => {
        if (isCurrent) setError(problem)
      })
    return () => {
      isCurrent = false
    }
  }, [shape])
  const redrawn = useMemo(() => {
    if (placed === undefined) return undefined
    const fresh = new Map(graph.nodes.map((node) => [node.id, node]))
    return { ...placed, nodes: placed.nodes.map((node) => ({ ...node, ...fresh.get(node.id) })) }
  }, [placed, graph])
  return { placed: redrawn, error }
}
