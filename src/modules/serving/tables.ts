import type { Generated } from 'kysely'
import { addColumn, type Migration } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import { type FleetTables, fleetMigration, fleetPendingMigration } from './fleet/tables.ts'

export interface DeploymentRow {
  id: string
  name: string
  model: string
  state: string
  /** JSON of Variant[]: what shall be live. */
  variants: string
  /** JSON of Variant[]: what was live before the change that is being made; null when none is. */
  previousVariants: string | null
  /** JSON of DeploymentSplit: who goes to which variant; null where there is one, or as the weights alone say it. */
  split: string | null
  previousSplit: string | null
  problem: string | null
  /** JSON of Routing; null when everyone goes by weight. */
  routing: string | null
  /** JSON of DeploymentSettings; null when none was ever set. */
  settings: string | null
  /** What decides on its versions; null when a person does. */
  holderKind: string | null
  holderId: string | null
  /** Who made the last change, as one column; null before that was kept. */
  changedBy: string | null
  /** Grows with every change; guards against two writers. */
  revision: number
  createdAt: number
  updatedAt: number
}

/** What a deployment served until it was changed. */
export interface DeploymentChangeRow {
  seq: Generated<number>
  deploymentId: string
  /** When it ended, epoch ms. */
  at: number
  /** JSON of Variant[]. */
  variants: string
  /** Who changed it, as one column; null before that was kept. */
  actor: string | null
}

export interface ServingTables extends FleetTables {
  serving_deployments: DeploymentRow
  serving_deployment_changes: DeploymentChangeRow
}

/** The tables of deployments were made with those of models and predictions, when all were one module. */
export const servingMigrations: readonly Migration[] = [
  { name: 'serving/013_settings', changes: [addColumn('serving_deployments', 'settings', 'json?')] },
  fleetMigration,
  {
    name: 'serving/017_holders',
    changes: [
      addColumn('serving_deployments', 'holderKind', 'text?'),
      addColumn('serving_deployments', 'holderId', 'id?'),
    ],
  },
  fleetPendingMigration,
  {
    name: 'serving/024_deployment_actor',
    changes: [
      addColumn('serving_deployments', 'changedBy', 'text?'),
      addColumn('serving_deployment_changes', 'actor', 'text?'),
    ],
  },
  {
    name: 'serving/026_split',
    changes: [
      addColumn('serving_deployments', 'split', 'json?'),
      addColumn('serving_deployments', 'previousSplit', 'json?'),
    ],
  },
]

export type ServingDb = TypedDatabase<ServingTables>
export type ServingTx = TypedTx<ServingTables>
