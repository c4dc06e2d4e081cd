import { ActionIcon } from '@mantine/core'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useElementWidth } from '../charts/element-width.ts'
import { ErrorState } from '../error-state.tsx'
import type { Graph, PlacedGraph } from './graph.ts'
import { GraphEdges } from './graph-edges.tsx'
import { GraphNodes } from './graph-nodes.tsx'
import classes from './graph-view.module.css'
import { isArrow, neighborOf } from './neighbor.ts'
import { fitView, usePanZoom, zoomAt } from './pan-zoom.ts'
import { useLayout } from './use-layout.ts'

export interface GraphViewProps {
  readonly graph: Graph
  /** What the graph shows, for screen readers. */
  readonly label: string
  readonly height?: number
  /** Id of the node in the center of interest. */
  readonly chosen?: string | undefined
  /** Called instead of opening the node's page. */
  readonly onChoose?: (id: string) => void
}

/** A directed graph: laid out by elkjs in a worker, drawn as SVG; pan, zoom, walk it with the arrow keys. */
export function GraphView({ graph, label, height = 360, chosen, onChoose }: GraphViewProps) {
  const { placed, error } = useLayout(graph)
  if (error !== undefined) return <ErrorState title="Cannot lay out this graph" error={error} />
  if (placed === undefined) {
    return (
      <div className={classes.pending} style={{ height }} role="status" aria-label="Loading">
        Drawing {graph.nodes.length} nodes…
      </div>
    )
  }
  return <Canvas placed={placed} label={label} height={height} chosen={chosen} onChoose={onChoose} />
}

interface CanvasProps {
  readonly placed: PlacedGraph
  readonly label: string
  readonly height: number
  readonly chosen: string | undefined
  readonly onChoose: ((id: string) => void) | undefined
}

function Canvas({ placed, label, height, chosen, onChoose }: CanvasProps) {
  const svg = useRef<SVGSVGElement>(null)
  const [box, width] = useElementWidth<HTMLDivElement>()
  const { view, setView, handlers } = usePanZoom(svg)
  const navigate = useNavigate()
  const { width: contentWidth, height: contentHeight } = placed
  const showAll = () => setView(fitView({ width: contentWidth, height: contentHeight }, { width, height }))
  useEffect(() => {
    if (width > 0) setView(fitView({ width: contentWidth, height: contentHeight }, { width, height }))
  }, [width, height, contentWidth, contentHeight, setView])
  const zoom = (factor: number) => setView(zoomAt(view, { x: width / 2, y: height / 2 }, factor))
  const open = (id: string) => {
    const to = placed.nodes.find((node) => node.id === id)?.to
    if (onChoose !== undefined) onChoose(id)
    else if (to !== undefined) void navigate({ href: to })
  }
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    const id = document.activeElement?.getAttribute('data-node')
    const node = placed.nodes.find((each) => each.id === id)
    if (event.key === '+' || event.key === '=') zoom(1.25)
    else if (event.key === '-') zoom(0.8)
    else if (event.key === '0') showAll()
    else if (node !== undefined && isArrow(event.key))
      focusNode(svg.current, neighborOf(placed.nodes, node, event.key)?.id)
    else if (node !== undefined && (event.key === 'Enter' || event.key === ' ')) open(node.id)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} className={classes.root} style={{ height }}>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG drawing cannot be a fieldset */}
      <svg
        ref={svg}
        className={classes.canvas}
        width={width}
        height={height}
        role="group"
        aria-label={label}
        onKeyDown={onKeyDown}
        {...handlers}
      >
        <title>{label}</title>
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
          <GraphEdges edges={placed.edges} chosen={chosen} />
          <GraphNodes nodes={placed.nodes} chosen={chosen} onOpen={open} />
        </g>
      </svg>
      <div className={classes.controls}>
        <ActionIcon variant="default" size="sm" aria-label="Zoom in" onClick={() => zoom(1.25)}>
          <IconPlus size={13} />
        </ActionIcon>
        <ActionIcon variant="default" size="sm" aria-label="Zoom out" onClick={() => zoom(0.8)}>
          <IconMinus size={13} />
        </ActionIcon>
        <ActionIcon variant="default" size="sm" aria-label="Fit" onClick={showAll}>
          <IconFocusCentered size={13} />
        </ActionIcon>
      </div>
    </div>
  )
}

function focusNode(svg: SVGSVGElement | null, id: string | undefined): void {
  if (id === undefined) return
  for (const element of svg?.querySelectorAll<SVGGElement>('[data-node]') ?? []) {
    if (element.getAttribute('data-node') === id) element.focus()
  }
}
