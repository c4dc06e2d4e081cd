import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { DatasetTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface Context extends Omit<Platform, 'db'> {
  readonly db: TypedDatabase<DatasetTables>
}
