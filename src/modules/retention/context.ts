import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Lineage } from '../lineage/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { RetentionTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface RetentionContext {
  readonly platform: Platform
  readonly db: TypedDatabase<RetentionTables>
  readonly tracking: Tracking
  readonly registry: Registry
  readonly lineage: Lineage
}
