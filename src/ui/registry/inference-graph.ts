import type { Graph, GraphEdge, GraphNode } from '../kit/graph/graph.ts'
import { modelVersionPath } from './paths.ts'

/** What the registry keeps of an inference graph (`metadata.graph`). */
interface KeptGraph {
  readonly nodes: readonly { readonly name: string; readonly model?: string; readonly function?: string }[]
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly datatype?: string
    readonly shape?: readonly number[]
  }[]
}

export interface InferenceGraph {
  readonly drawn: Graph
  /** Each value on its way; the type is empty when only a run can tell. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly type: string }[]
}

/** An inference graph as it is drawn, from the request to the answer; undefined when the version is none. */
export function inferenceGraph(kept: unknown): InferenceGraph | undefined {
  if (!isKept(kept)) return undefined
  const request: GraphNode = { id: 'inputs', label: 'Request', kind: 'in' }
  const answer: GraphNode = { id: 'outputs', label: 'Answer', kind: 'out' }
  const drawn = { nodes: [request, ...kept.nodes.map(toNode), answer], edges: toEdges(kept.edges) }
  return { drawn, edges: kept.edges.map((edge) => ({ from: edge.from, to: edge.to, type: typeOf(edge) })) }
}

function toNode({ name, model, function: file }: KeptGraph['nodes'][number]): GraphNode {
  if (model === undefined) return { id: name, label: name, kind: 'function', detail: file }
  const slash = model.lastIndexOf('/')
  const to = slash === -1 ? {} : { to: modelVersionPath(model.slice(0, slash), model.slice(slash + 1)) }
  return { id: name, label: name, kind: 'model', detail: model, ...to }
}

/** Values that go the same way share a line. */
function toEdges(edges: KeptGraph['edges']): GraphEdge[] {
  const byWay = new Map<string, { from: string; to: string; values: string[] }>()
  for (const edge of edges) {
    const { from, to } = edge
    const [source, value] = cut(from)
    const [target] = cut(to)
    const way = byWay.get(`${source} ${target}`) ?? { from: source, to: target, values: [] }
    way.values.push(`${value} ${typeOf(edge)}`.trim())
    byWay.set(`${source} ${target}`, way)
  }
  return [...byWay.values()].map(({ from, to, values }) => {
    return { from, to, label: values.length > 2 ? `${values.length} values` : values.join(', ') }
  })
}

function typeOf({ datatype, shape = [] }: KeptGraph['edges'][number]): string {
  return datatype === undefined ? '' : `${datatype} [${shape.join(', ')}]`
}

/** `node.value`; a value may have dots of its own. */
function cut(text: string): [node: string, value: string] {
  const dot = text.indexOf('.')
  return [text.slice(0, dot), text.slice(dot + 1)]
}

function isKept(value: unknown): value is KeptGraph {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'edges' in value
}
