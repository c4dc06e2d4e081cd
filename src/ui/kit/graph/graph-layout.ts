import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import elk from 'elkjs/lib/elk-api.js'
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker'
import { type Graph, nodeHeight, nodeWidth, type PlacedGraph } from './graph.ts'

let engine: ELK | undefined

/** Layered layout from left to right, computed in a web worker that starts with the first graph. */
export async function layoutGraph(graph: Graph): Promise<PlacedGraph> {
  engine ??= new elk.default({ workerFactory: () => new ElkWorker() })
  const known = new Set(graph.nodes.map(({ id }) => id))
  const edges = graph.edges.filter(({ from, to }) => known.has(from) && known.has(to))
  const placed = await engine.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '56',
      'elk.spacing.nodeNode': '22',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.edgeRouting': 'SPLINES',
      // Keeps parallel branches in the order they were given, so that a graph does not jump when a state changes.
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: graph.nodes.map((node) => ({ id: node.id, width: nodeWidth(node), height: nodeHeight })),
    edges: edges.map(({ from, to }, index) => ({ id: `e${index}`, sources: [from], targets: [to] })),
  })
  return toPlaced(graph, edges, placed)
}

function toPlaced(graph: Graph, edges: Graph['edges'], placed: ElkNode): PlacedGraph {
  const boxes = new Map(placed.children?.map((child) => [child.id, child]))
  const routes = new Map(placed.edges?.map((edge) => [edge.id, edge]))
  return {
    width: placed.width ?? 0,
    height: placed.height ?? 0,
    nodes: graph.nodes.map((node) => {
      const box = boxes.get(node.id)
      return { ...node, x: box?.x ?? 0, y: box?.y ?? 0, width: box?.width ?? 0, height: box?.height ?? nodeHeight }
    }),
    edges: edges.map((edge, index) => ({ ...edge, path: pathOf(routes.get(`e${index}`)) })),
  }
}

/** Spline sections: bend points come in threes, two controls and an end; a rest is drawn straight. */
function pathOf(edge: ElkExtendedEdge | undefined): string {
  return (edge?.sections ?? [])
    .map(({ startPoint, bendPoints = [], endPoint }) => {
      const points = [...bendPoints, endPoint]
      const parts = [`M${startPoint.x} ${startPoint.y}`]
      while (points.length >= 3) {
        const [a, b, c] = points.splice(0, 3)
        if (a && b && c) parts.push(`C${a.x} ${a.y} ${b.x} ${b.y} ${c.x} ${c.y}`)
      }
      for (const { x, y } of points) parts.push(`L${x} ${y}`)
      return parts.join('')
    })
    .join('')
}
