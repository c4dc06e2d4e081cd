import type { GraphChange, Leaf, LineageNode } from '../../kernel/lineage.ts'
import type { TypedDatabase } from '../../platform/db/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { BoundLeaves, LineageEntries } from './entries.ts'
import { type Impact, type LineageGraph, lineageErrors, type Trace } from './model.ts'
import { insertEdges, selectEdges, selectNodes, upsertNodes } from './store.ts'
import type { LineageTables } from './tables.ts'
import { type GraphReader, walk } from './walk.ts'

export interface LineageContext {
  readonly db: TypedDatabase<LineageTables>
  /** None until the modules have declared theirs. */
  entries: LineageEntries
}

export interface Lineage {
  /** Stores what an event adds; a second time changes nothing. */
  record(change: GraphChange): Promise<void>
  /** The way back from anything to raw bytes. Throws `lineage_unknown`. */
  trace(input: { id: string }): Promise<Trace>
  /** The way forward from anything to predictions; `limit` predictions per model version. Throws `lineage_unknown`. */
  impact(input: { id: string; limit: number }): Promise<Impact>
  /** The neighborhood of anything, `depth` steps both ways. Throws `lineage_unknown`. */
  graph(input: { id: string; depth: number }): Promise<LineageGraph>
}

// Far beyond any real chain of derivation; a guard, not a setting.
const maxDepth = 200
const maxNodes = 2_000

export function createLineage(ctx: LineageContext): Lineage {
  const { db } = ctx
  const reader: GraphReader = {
    nodes: (ids) => selectNodes(db.read, ids),
    edges: (end, ids) => selectEdges(db.read, end, ids),
  }

  /** The node that a person means: an id, a dataset version such as flights@3, or a model version such as m@champion. */
  async function resolve(id: string): Promise<LineageNode> {
    const candidates = [id]
    for (const resolver of ctx.entries.resolvers) {
      const found = await resolver(id)
      if (found !== undefined) candidates.push(found)
    }
    const node = (await reader.nodes(candidates))[0]
    if (node === undefined) throw lineageErrors.lineage_unknown({ id })
    return node
  }

  async function traceLeaf({ kind }: BoundLeaves, id: string, leaf: Leaf): Promise<Trace> {
    const { label, at, facts, parent, details } = leaf
    const way = await walk(reader, parent.id, { direction: 'back', maxDepth, maxNodes })
    const beside = await besideParent(leaf)
    return {
      root: id,
      nodes: [{ id, kind, label, at, facts }, ...way.nodes, ...beside.nodes],
      edges: [{ from: parent.id, to: id, relation: parent.relation }, ...way.edges, ...beside.edges],
      isCut: way.isCut,
      [kind]: details,
    }
  }

  /** What is not on the way of the data, but part of the story. */
  async function besideParent({ parent, isBeside }: Leaf): Promise<GraphChange> {
    const edges = await reader.edges('from', [parent.id])
    const told = (await reader.nodes(edges.map((edge) => edge.to))).filter(isBeside)
    return { nodes: told, edges: edges.filter((edge) => told.some((node) => node.id === edge.to)) }
  }

  /** For each node on which leaves hang, which ones. */
  async function leavesOn(nodes: readonly LineageNode[], limit: number): Promise<Impact['predictions']> {
    const groups = ctx.entries.leaves.flatMap(({ list }) =>
      nodes.map(async (node) => {
        const { ids = [], nextCursor } = (await list(node, limit)) ?? {}
        const cursor = nextCursor === undefined ? {} : { nextCursor }
        return { modelVersionId: node.id, modelVersion: node.label, ids: [...ids], ...cursor }
      }),
    )
    return (await Promise.all(groups)).filter((group) => group.ids.length > 0)
  }

  return {
    record: async (change) => {
      await db.transaction(async (tx) => {
        await upsertNodes(tx.query, change.nodes)
        await insertEdges(tx.query, change.edges)
      })
      faultPoint('lineage.edges.recorded')
    },
    trace: async ({ id }) => {
      const leaves = ctx.entries.leaves.find(({ idPrefix }) => id.startsWith(idPrefix))
      const leaf = await leaves?.find(id)
      if (leaves !== undefined && leaf !== undefined) return traceLeaf(leaves, id, leaf)
      const { id: root } = await resolve(id)
      return walk(reader, root, { direction: 'back', maxDepth, maxNodes })
    },
    impact: async ({ id, limit }) => {
      const { id: root } = await resolve(id)
      const way = await walk(reader, root, { direction: 'forward', maxDepth, maxNodes })
      return { ...way, predictions: await leavesOn(way.nodes, limit) }
    },
    graph: async ({ id, depth }) => {
      const { id: root } = await resolve(id)
      return walk(reader, root, { direction: 'both', maxDepth: depth, maxNodes })
    },
  }
}
