import { type LineageEdge, type LineageNode, relations } from '../../kernel/lineage.ts'
import type { LineageGraph } from './model.ts'

/** Reads the graph; the walk itself knows no database. */
export interface GraphReader {
  nodes(ids: readonly string[]): Promise<LineageNode[]>
  edges(end: 'from' | 'to', ids: readonly string[]): Promise<LineageEdge[]>
}

export interface WalkOptions {
  readonly direction: 'back' | 'forward' | 'both'
  readonly maxDepth: number
  readonly maxNodes: number
}

/**
 * Walks breadth first from `root`. Backwards it follows data and causes, but past a cause only as far as the alert or
 * decision that it is: otherwise every retraining would drag the whole history of the model before it along. Forwards
 * it follows data only. Cycles cannot arise from honest events, and are harmless: a node is visited once.
 */
export async function walk(reader: GraphReader, root: string, options: WalkOptions): Promise<LineageGraph> {
  const seen = new Set([root])
  const edges = new Map<string, LineageEdge>()
  let frontier = [root]
  let isCut = false
  for (let depth = 0; depth < options.maxDepth && frontier.length > 0; depth++) {
    const next: string[] = []
    for (const edge of await edgesOf(reader, frontier, options.direction)) {
      edges.set(`${edge.from} ${edge.relation} ${edge.to}`, edge)
      for (const id of [edge.from, edge.to]) {
        if (seen.has(id)) continue
        if (seen.size >= options.maxNodes) isCut = true
        else {
          seen.add(id)
          next.push(id)
        }
      }
    }
    frontier = next
    if (depth === options.maxDepth - 1 && frontier.length > 0) isCut = true
  }
  const nodes = await reader.nodes([...seen])
  const known = new Set(nodes.map((node) => node.id))
  const drawn = [...edges.values()].filter((edge) => known.has(edge.from) && known.has(edge.to))
  return { root, nodes, edges: drawn, isCut }
}

async function edgesOf(
  reader: GraphReader,
  ids: readonly string[],
  direction: WalkOptions['direction'],
): Promise<LineageEdge[]> {
  const found: LineageEdge[] = []
  if (direction !== 'forward') {
    // What raised an alert is another model's story.
    found.push(...(await reader.edges('to', ids)).filter((edge) => edge.relation !== 'raised'))
  }
  if (direction !== 'back') {
    found.push(
      ...(await reader.edges('from', ids)).filter(
        (edge) => direction === 'both' || relations[edge.relation] === 'data',
      ),
    )
  }
  return found
}
