import { fleetErrors } from './model.ts'

/** A member works on what others share with it: throws unless there is a PostgreSQL and a blob store by name. */
export function requireSharedStores(given: {
  readonly databaseUrl: string | undefined
  readonly blobUrl: string | undefined
}): void {
  if (!/^postgres(ql)?:/.test(given.databaseUrl ?? ''))
    throw fleetErrors.fleet_needs_postgres({ url: given.databaseUrl ?? 'SQLite in its own data directory' })
  if (given.blobUrl === undefined) throw fleetErrors.fleet_needs_shared_blobs()
}
