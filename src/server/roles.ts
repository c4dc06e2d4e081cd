import { hasCode } from '../kernel/errors.ts'
import type { Migration } from '../kernel/migration.ts'
import { migrate, requireSchema } from '../platform/db/index.ts'
import { systemClock } from '../platform/runtime/index.ts'
import { eventRoute, lifecycleRoutes } from '../surfaces/http/index.ts'
import { descriptionRoutes } from '../surfaces/openapi/index.ts'
import type { ServerRole } from './assembly.ts'

/** A whole server: it owns its database, tells what happens live, describes all its routes, and does the work of the jobs. */
export const wholeServer: ServerRole = {
  check: () => {},
  databaseMayBeAway: false,
  prepareDatabase: ({ database, migrations }) => migrate(database, migrations, systemClock.now()),
  copiesFiles: false,
  routes: ({ assembly, platform, own }) => {
    const routes = [eventRoute(platform.events), ...own]
    const { modules, version, doors = [] } = assembly
    const listed = [...lifecycleRoutes({ state: () => 'ready', version: {} }), ...routes]
    return [...routes, ...descriptionRoutes({ modules, routes: listed, version, doors })]
  },
  beginBackground: async ({ events, jobs }) => {
    await events.start()
    await jobs.start()
  },
}

/**
 * A member of a fleet: database and blobs are its control plane's, whose whole schema it expects. It writes events and jobs
 * into them and leaves it to the control plane to act on them.
 */
export function fleetMember(given: {
  /** Of every module of the control plane. */
  readonly schema: readonly Migration[]
  readonly check: ServerRole['check']
}): ServerRole {
  return {
    check: given.check,
    databaseMayBeAway: true,
    prepareDatabase: ({ database, migrations, log }) =>
      requireSchema(database, [...migrations, ...given.schema]).catch((error) => {
        if (!hasCode(error, 'database_unreachable')) throw error
        log.warn('the database is away; this member serves what it served before', { error })
      }),
    copiesFiles: true,
    routes: ({ own }) => [...own],
    beginBackground: async () => {},
  }
}
