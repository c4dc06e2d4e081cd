import type { Graph, GraphEdge, GraphNode } from './graph.ts'

/** From so many on, nodes that are alike are drawn as one. */
const alikeFrom = 4

/**
 * Draws nodes of one kind that lead to the same places as a single node ("35 files"), so that a graph with many raw
 * inputs can still be read. Repeats until nothing more joins: files of versions that joined are alike, too.
 * `kept` and its direct neighbors stay single.
 */
export function collapseAlike(graph: Graph, kept: string): Graph {
  let current = graph
  for (;;) {
    const next = collapseOnce(current, kept)
    if (next.nodes.length === current.nodes.length) return current
    current = next
  }
}

function collapseOnce({ nodes, edges }: Graph, kept: string): Graph {
  const targets = Map.groupBy(edges, ({ from }) => from)
  const near = new Set([kept, ...edges.flatMap(({ from, to }) => (from === kept ? [to] : to === kept ? [from] : []))])
  const signature = (node: GraphNode) =>
    near.has(node.id)
      ? node.id
      : `${node.kind} ${(targets.get(node.id) ?? [])
          .map(({ to }) => to)
          .sort()
          .join(' ')}`
  const groups = [...Map.groupBy(nodes, signature).values()].filter((group) => group.length >= alikeFrom)
  const names = new Map(groups.flatMap((group) => group.map(({ id }) => [id, groupId(group)] as const)))
  const placed = new Set<string>()
  return {
    nodes: nodes.flatMap((node) => {
      const name = names.get(node.id)
      if (name === undefined) return [node]
      if (placed.has(name)) return []
      placed.add(name)
      return [groupNode(groups.find((group) => groupId(group) === name) ?? [node])]
    }),
    edges: uniqueEdges(
      edges.map((edge) => ({ ...edge, from: names.get(edge.from) ?? edge.from, to: names.get(edge.to) ?? edge.to })),
    ),
  }
}

function groupId(group: readonly GraphNode[]): string {
  return `group ${group[0]?.id ?? ''} ${group.length}`
}

function groupNode(group: readonly GraphNode[]): GraphNode {
  const [first, last] = [group[0], group.at(-1)]
  const kind = first?.kind ?? ''
  return {
    id: groupId(group),
    kind: 'several',
    label: `${group.length} ${kind.endsWith('s') ? kind : `${kind}s`}`,
    tone: first?.tone,
    detail: `${first?.label ?? ''} … ${last?.label ?? ''}`,
  }
}

function uniqueEdges(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()]
}
