import { useId } from 'react'
import type { PlacedEdge } from './graph.ts'
import classes from './graph-view.module.css'

/** The lines under the nodes; those of the chosen node stand out. */
export function GraphEdges({
  edges,
  chosen,
}: {
  readonly edges: readonly PlacedEdge[]
  readonly chosen: string | undefined
}) {
  const arrow = useId()
  return (
    <>
      <defs>
        <marker id={arrow} viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1 7 4 1 7Z" className={classes.arrow} />
        </marker>
      </defs>
      {edges.map((edge) => (
        <path
          key={`${edge.from} ${edge.to} ${edge.label ?? ''}`}
          d={edge.path}
          className={classes.edge}
          data-near={edge.from === chosen || edge.to === chosen || undefined}
          markerEnd={`url(#${arrow})`}
        >
          {edge.label === undefined ? null : <title>{edge.label}</title>}
        </path>
      ))}
    </>
  )
}
