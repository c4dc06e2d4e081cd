/**
 * Lineage: one graph from raw bytes to each prediction, and back.
 *
 * Owns nodes and edges, built from the events of the other modules and from nothing else, so recording lineage can
 * neither slow nor fail the act itself. What an event adds, and which kinds of nodes there are, each module declares
 * (kernel/lineage.ts); this one knows none of them. Predictions are not stored as nodes (there are too many): a prediction
 * names its model version, and the way on from there is in the graph. Emits nothing.
 */
import { defineModule } from '../../platform/platform.ts'
import { readEntries } from './entries.ts'
import { operations } from './operations.ts'
import { createLineage, type LineageContext } from './service.ts'
import { lineageMigrations } from './tables.ts'

export { LineageEdge, LineageNode } from '../../kernel/lineage.ts'
export { Impact, LineageGraph, Trace } from './model.ts'
export type { Lineage } from './service.ts'

export const lineage = defineModule({
  name: 'lineage',
  needs: {},
  config: {},
  migrations: lineageMigrations,
  events: [],
  operations,
  create: ({ platform }) => {
    const ctx: LineageContext = { db: platform.db.typed(), entries: readEntries([]) }
    return { door: createLineage(ctx), ctx }
  },
  gather: ({ ctx }, declared) => {
    ctx.entries = readEntries(declared)
  },
  // One reader for each kind of event, so that none waits for another's.
  subscriptions: ({ door, ctx }) =>
    ctx.entries.events.map(({ type, changeOf }) => ({
      name: `lineage.${type}`,
      types: [type],
      handle: (event) => door.record(changeOf(event)),
    })),
})
