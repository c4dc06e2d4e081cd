import type { Declarations, Declared } from '../../kernel/declarations.ts'
import type { EventLineage, Leaf, LeafIds, LineageDeclaration, LineageNode, NodeKind } from '../../kernel/lineage.ts'

/** What the modules entered: how events become nodes and edges, and how things are found that are asked for by name. */
export interface LineageEntries {
  readonly events: readonly EventLineage[]
  /** Each answers the id of the node that a reference stands for, or undefined when it is none of its kind. */
  readonly resolvers: readonly ((ref: string) => Promise<string | undefined>)[]
  readonly leaves: readonly BoundLeaves[]
}

/** A kind of leaf with the door that its functions take already in. */
export interface BoundLeaves {
  readonly kind: string
  readonly idPrefix: string
  find(id: string): Promise<Leaf | undefined>
  list(node: LineageNode, limit: number): Promise<LeafIds | undefined>
}

/** Throws when two modules declare one kind of node: each has one owner. */
export function readEntries(declared: readonly Declared[]): LineageEntries {
  nodeKinds(declared.map(({ declares }) => declares))
  const entries = declared.flatMap(({ declares: { lineage }, door }) =>
    lineage === undefined ? [] : [{ lineage, door }],
  )
  return {
    events: entries.flatMap(({ lineage }) => lineage.events),
    resolvers: entries.map(
      ({ lineage, door }) =>
        async (ref) =>
          lineage.resolve?.(door, ref),
    ),
    leaves: entries.flatMap(({ lineage: { leaves }, door }) => {
      if (leaves === undefined) return []
      const { kind, idPrefix } = leaves
      const find = (id: string) => leaves.find(door, id)
      const list = (node: LineageNode, limit: number) => leaves.list(door, node, limit)
      return [{ kind: kind.kind, idPrefix, find, list }]
    }),
  }
}

/** The kinds of nodes by their name. */
export function nodeKinds(declarations: readonly Declarations<unknown>[]): ReadonlyMap<string, NodeKind> {
  const kinds = new Map<string, NodeKind>()
  for (const { lineage } of declarations) {
    for (const kind of lineage === undefined ? [] : kindsOf(lineage)) {
      if (kinds.has(kind.kind)) throw new Error(`two modules declare the kind of node ${kind.kind}`)
      kinds.set(kind.kind, kind)
    }
  }
  return kinds
}

function kindsOf({ kinds, leaves }: LineageDeclaration<unknown>) {
  return leaves === undefined ? kinds : [...kinds, leaves.kind]
}
