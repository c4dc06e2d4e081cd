import type { LineageGraph, LineageNode } from '../ground/wire.ts'
import { formatBytes, formatCount, formatTime, shortId } from '../kit/format.ts'
import type { Graph } from '../kit/graph/graph.ts'
import { idPath } from '../kit/path.ts'
import { type Tone, words } from '../kit/status-badge.tsx'
import { lineageOf } from './paths.ts'

const tones: Partial<Record<LineageNode['kind'], Tone>> = {
  prediction: 'warn',
  modelVersion: 'warn',
  deployment: 'warn',
  datasetVersion: 'ok',
  file: 'ok',
  run: 'run',
  stepRun: 'run',
  pipelineRun: 'run',
}

/** The server's lineage as a graph to draw. Ids of the server's own things lead to their pages. */
export function toGraph({ nodes, edges }: Pick<LineageGraph, 'nodes' | 'edges'>): Graph {
  return {
    nodes: nodes.map((node) => ({
      id: node.id,
      label: node.label === node.id ? shortId(node.id) : node.label,
      kind: words(node.kind),
      tone: tones[node.kind],
      detail: detailOf(node),
      to: /^[a-z]{3}_[0-9a-z]+/.test(node.id) && node.kind !== 'stepRun' ? idPath(node.id) : lineageOf(node.id),
    })),
    edges: edges.map(({ from, to, relation }) => ({ from, to, label: relation })),
  }
}

/** One fact that tells things of a kind apart: size, rows, state; else when it came to be. */
function detailOf({ facts, at }: LineageNode): string {
  if (typeof facts.rowCount === 'number') return `${formatCount(facts.rowCount)} rows`
  if (typeof facts.sizeBytes === 'number') return formatBytes(facts.sizeBytes)
  if (typeof facts.commit === 'string') return facts.commit.slice(0, 12)
  return formatTime(at).slice(0, 19)
}
