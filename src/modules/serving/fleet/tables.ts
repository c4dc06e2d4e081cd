import { addColumn, createTable, type Migration } from '../../../kernel/migration.ts'

/** A server that shares the work on one database, as it last told of itself. */
export interface MemberRow {
  id: string
  role: string
  name: string
  url: string
  programVersion: string
  /** Version of the plan that it follows; 0 before the first. */
  planVersion: number
  /** When it had taken its first plan; null before, when nobody need wait for it. */
  joinedAt: number | null
  /** JSON of ApplyOutcome's failures: what of the plan it could not load. */
  failures: string
  /** JSON of string[]: deployments that are not as that plan says yet; null when all are. */
  pending: string | null
  /** JSON of PlaneLoad, and what became of it since the time before. */
  load: string
  startedAt: number
  seenAt: number
  /** Counts as gone when it has not told of itself until then. */
  leaseUntil: number
}

/** The plan as every host may read it: one row. */
export interface PublishedPlanRow {
  id: string
  version: number
  /** JSON of PlanDraft. */
  draft: string
  at: number
}

/** Names of a model version's features, kept as long as predictions of it may still lie in a log somewhere. */
export interface FeatureNamesRow {
  modelVersionId: string
  names: string
}

export interface FleetTables {
  serving_members: MemberRow
  serving_published_plans: PublishedPlanRow
  serving_feature_names: FeatureNamesRow
}

export const fleetMigration: Migration = {
  name: 'serving/014_fleet',
  changes: [
    createTable('serving_members', {
      columns: {
        id: 'id',
        role: 'text',
        name: 'text',
        url: 'text',
        programVersion: 'text',
        planVersion: 'int',
        joinedAt: 'time?',
        failures: 'json',
        load: 'json',
        startedAt: 'time',
        seenAt: 'time',
        leaseUntil: 'time',
      },
      primaryKey: ['id'],
    }),
    createTable('serving_published_plans', {
      columns: { id: 'text', version: 'int', draft: 'json', at: 'time' },
      primaryKey: ['id'],
    }),
    createTable('serving_feature_names', {
      columns: { modelVersionId: 'id', names: 'json' },
      primaryKey: ['modelVersionId'],
    }),
  ],
}

/** A member takes each deployment by itself. */
export const fleetPendingMigration: Migration = {
  name: 'serving/023_fleet_pending',
  changes: [addColumn('serving_members', 'pending', 'json?')],
}
