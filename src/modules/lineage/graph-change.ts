import type { Json } from '../../kernel/json.ts'
import type { LineageEdge, LineageNode, NodeKind, Relation } from './model.ts'

/** What one event adds to the graph. */
export interface GraphChange {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/** Collects nodes and edges around one moment: `change(at).node(…).edge(…)`. */
export class ChangeBuilder implements GraphChange {
  readonly nodes: LineageNode[] = []
  readonly edges: LineageEdge[] = []
  readonly #at: number

  constructor(at: number) {
    this.#at = at
  }

  /** Facts that are undefined are left out. */
  node(kind: NodeKind, id: string, label: string, facts: Readonly<Record<string, Json | undefined>> = {}): this {
    const known = Object.entries(facts).filter((entry): entry is [string, Json] => entry[1] !== undefined)
    this.nodes.push({ id, kind, label, at: this.#at, facts: Object.fromEntries(known) as LineageNode['facts'] })
    return this
  }

  /** No edge when the earlier end is not known. */
  edge(from: string | undefined, relation: Relation, to: string): this {
    if (from !== undefined && from !== to) this.edges.push({ from, to, relation })
    return this
  }
}

/** Node id of a file: its content. */
export function fileId(digest: string): string {
  return `sha256:${digest}`
}

/** Node id of a code snapshot: its content, kept apart from files. */
export function sourceId(digest: string): string {
  return `source:${digest}`
}
