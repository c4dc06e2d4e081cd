import type { Tone } from '../status-badge.tsx'

/** A node of a drawn graph. */
export interface GraphNode {
  readonly id: string
  readonly label: string
  /** Small word above the label: what kind of thing it is. */
  readonly kind: string
  /** Second line: a version, a duration, a count. */
  readonly detail?: string | undefined
  readonly tone?: Tone | undefined
  /** Address that opening it goes to. */
  readonly to?: string | undefined
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly label?: string | undefined
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface PlacedNode extends GraphNode {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge extends GraphEdge {
  /** SVG path. */
  readonly path: string
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

export const nodeHeight = 52

/** Wide enough for the label at 7.4 px a letter, within bounds. */
export function nodeWidth({ label, detail = '' }: GraphNode): number {
  const letters = Math.max(label.length, detail.length * 0.88)
  return Math.round(Math.min(280, Math.max(120, letters * 7.6 + 30)))
}
