import type { Relation } from '../../kernel/lineage.ts'
import { createTable, type Migration } from '../../kernel/migration.ts'

export interface LineageTables {
  lineage_nodes: { id: string; kind: string; label: string; at: number; facts: string }
  lineage_edges: { from: string; to: string; relation: Relation }
}

export const lineageMigrations: readonly Migration[] = [
  {
    name: 'lineage/001_graph',
    changes: [
      createTable('lineage_nodes', {
        columns: { id: 'id', kind: 'text', label: 'text', at: 'time', facts: 'json' },
        primaryKey: ['id'],
        indexes: [{ columns: ['kind', 'at'] }],
      }),
      createTable('lineage_edges', {
        columns: { from: 'id', to: 'id', relation: 'text' },
        primaryKey: ['to', 'from', 'relation'],
        indexes: [{ columns: ['from'] }],
      }),
    ],
  },
]
