import type { Declarations } from '../../kernel/declarations.ts'
import type { LineageEdge, LineageNode, NodeKind, Relation } from '../../kernel/lineage.ts'
import { nodeKinds } from './entries.ts'
import type { Impact, LineageGraph, Trace } from './model.ts'

type Direction = 'back' | 'forward'
type Kinds = ReadonlyMap<string, NodeKind>
type Declared = readonly Declarations<unknown>[]

// A version of many files is told by its first few; --json has them all.
const filesShown = 4

/** The graph as an indented tree of text, each thing described once; what stands again is marked `(above)`. */
export function renderTree(graph: LineageGraph, direction: Direction, declared: Declared): string {
  const kinds = nodeKinds(declared)
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const shown = new Set<string>()
  const lines: string[] = []
  const [here, there] = direction === 'back' ? (['to', 'from'] as const) : (['from', 'to'] as const)

  const visit = (id: string, relation: string, indent: string, isLast: boolean, depth: number) => {
    const node = nodes.get(id)
    if (node === undefined) return
    const branch = depth === 0 ? '' : isLast ? '└─ ' : '├─ '
    const again = shown.has(id) ? '  (above)' : ''
    lines.push(`${indent}${branch}${relation === '' ? '' : `${relation} `}${describe(node, kinds)}${again}`)
    if (again !== '') return
    shown.add(id)
    const { edges, hiddenCount } = cutFiles(graph.edges.filter((edge) => edge[here] === id))
    const inner = depth === 0 ? '' : `${indent}${isLast ? '   ' : '│  '}`
    for (const [i, edge] of edges.entries()) {
      const next = kinds.get(nodes.get(edge[there])?.kind ?? '')
      visit(edge[there], wordFor(edge, next, direction), inner, hiddenCount === 0 && i === edges.length - 1, depth + 1)
    }
    if (hiddenCount > 0) lines.push(`${inner}└─ and ${hiddenCount} more files`)
  }
  visit(graph.root, '', '', true, 0)
  return lines.join('\n')
}

export function renderTrace(trace: Trace, declared: Declared): string {
  const { prediction } = trace
  if (prediction === undefined) return renderTree(trace, 'back', declared)
  const kinds = nodeKinds(declared)
  const beside = trace.edges
    .filter((edge) => edge.relation === 'judged' || edge.relation === 'served')
    .map((edge) => trace.nodes.find((node) => node.id === edge.to))
    .filter((node) => node !== undefined)
  return [
    renderTree(trace, 'back', declared),
    '',
    ...beside.map((node) => `${node.kind.padEnd(12)} ${describe(node, kinds)}`),
    `${'features'.padEnd(12)} ${values(prediction.inputs)}`,
    `${'answer'.padEnd(12)} ${values(prediction.outputs)}`,
    `${'label'.padEnd(12)} ${prediction.label === undefined ? 'not known yet' : JSON.stringify(prediction.label)}`,
  ].join('\n')
}

export function renderImpact(impact: Impact, declared: Declared): string {
  const predictions = impact.predictions.flatMap((group) => {
    const more = group.nextCursor === undefined ? '' : ' and more'
    return [
      `predictions by ${group.modelVersion}: ${group.ids.length}${more}`,
      ...group.ids.slice(0, 10).map((id) => `  ${id}`),
    ]
  })
  return [
    renderTree(impact, 'forward', declared),
    '',
    ...(predictions.length > 0 ? predictions : ['No prediction came of it.']),
  ].join('\n')
}

/** Data first, so that the way on is not below a long list of files; of these only the first few. */
function cutFiles(edges: readonly LineageEdge[]): { edges: LineageEdge[]; hiddenCount: number } {
  const files = edges.filter((edge) => edge.relation === 'holds')
  const hiddenCount = files.length > filesShown + 1 ? files.length - filesShown : 0
  const others = edges.filter((edge) => edge.relation !== 'holds')
  return { edges: [...others, ...files.slice(0, files.length - hiddenCount)], hiddenCount }
}

function wordFor(edge: LineageEdge, next: NodeKind | undefined, direction: Direction): string {
  const own = direction === 'back' ? next?.wordsBack?.[edge.relation] : undefined
  return own ?? words[edge.relation][direction]
}

const words: Record<Relation, { back: string; forward: string }> = {
  holds: { back: 'with', forward: 'in' },
  derived: { back: 'from', forward: 'to' },
  read: { back: 'reading', forward: 'read by' },
  ran: { back: 'running', forward: 'run by' },
  made: { back: 'made by', forward: 'made' },
  reused: { back: 'reused from', forward: 'reused in' },
  logged: { back: 'of', forward: 'logged as' },
  answered: { back: 'answered by', forward: 'answered' },
  served: { back: 'serving', forward: 'served by' },
  composed: { back: 'made of', forward: 'part of' },
  judged: { back: 'about', forward: 'judged:' },
  started: { back: 'in', forward: 'started' },
  raised: { back: 'about', forward: 'raised' },
  led: { back: 'because of', forward: 'led to' },
}

function describe(node: LineageNode, kinds: Kinds): string {
  const label = node.label === node.id ? '' : ` ${node.label}`
  return `${kinds.get(node.kind)?.title ?? node.kind}${label}  [${node.id}]`
}

function values(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ')
}
