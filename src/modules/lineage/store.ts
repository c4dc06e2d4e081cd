import type { Kysely } from 'kysely'
import type { LineageEdge, LineageNode } from '../../kernel/lineage.ts'
import type { LineageTables } from './tables.ts'

type Db = Kysely<LineageTables>

// Ids per IN list: far below what either database takes, large enough that a level of the graph is one query.
const idsPerQuery = 500

/** A node may arrive twice, first only as somebody's neighbor: the later, fuller one wins. */
export async function upsertNodes(db: Db, nodes: readonly LineageNode[]): Promise<void> {
  for (const node of nodes) {
    const row = { ...node, facts: JSON.stringify(node.facts) }
    await db
      .insertInto('lineage_nodes')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ label: row.label, facts: row.facts }))
      .execute()
  }
}

export async function insertEdges(db: Db, edges: readonly LineageEdge[]): Promise<void> {
  for (const edge of edges) {
    await db
      .insertInto('lineage_edges')
      .values(edge)
      .onConflict((conflict) => conflict.columns(['to', 'from', 'relation']).doNothing())
      .execute()
  }
}

export async function selectNodes(db: Db, ids: readonly string[]): Promise<LineageNode[]> {
  const nodes: LineageNode[] = []
  for (const part of parts(ids)) {
    const rows = await db.selectFrom('lineage_nodes').selectAll().where('id', 'in', part).execute()
    nodes.push(...rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) })))
  }
  return nodes
}

/** Edges that lead to (`to`) or come from (`from`) any of the ids. */
export async function selectEdges(db: Db, end: 'from' | 'to', ids: readonly string[]): Promise<LineageEdge[]> {
  const edges: LineageEdge[] = []
  for (const part of parts(ids)) {
    edges.push(...(await db.selectFrom('lineage_edges').selectAll().where(end, 'in', part).execute()))
  }
  return edges
}

function parts(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / idsPerQuery) }, (_, i) =>
    ids.slice(i * idsPerQuery, (i + 1) * idsPerQuery),
  )
}
