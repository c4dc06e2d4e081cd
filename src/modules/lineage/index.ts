/**
 * Lineage: one graph from raw bytes to each prediction, and back.
 *
 * Owns nodes and edges, built from the events of the other modules and from nothing else, so recording lineage can
 * neither slow nor fail the act itself. Predictions are not stored as nodes (there are too many): a prediction names its
 * model version, and the way on from there is in the graph. Emits nothing.
 */
import { defineModule } from '../../platform/platform.ts'
import { automation } from '../automation/index.ts'
import { datasets } from '../datasets/index.ts'
import { monitoring } from '../monitoring/index.ts'
import { pipelines } from '../pipelines/index.ts'
import { registry } from '../registry/index.ts'
import { serving } from '../serving/index.ts'
import { tracking } from '../tracking/index.ts'
import { validation } from '../validation/index.ts'
import { operations } from './operations.ts'
import { createLineage } from './service.ts'
import { subscriptions } from './subscriptions.ts'
import { lineageMigrations } from './tables.ts'

export { Impact, LineageEdge, LineageGraph, LineageNode, Trace } from './model.ts'
export type { Lineage } from './service.ts'

export const lineage = defineModule({
  name: 'lineage',
  needs: { datasets, tracking, registry, pipelines, validation, serving, monitoring, automation },
  config: {},
  migrations: lineageMigrations,
  events: [],
  operations,
  create: (env) => ({ door: createLineage(env) }),
  subscriptions: ({ door }) => subscriptions(door),
})
