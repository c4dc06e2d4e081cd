import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Predictions } from '../predictions/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Serving } from '../serving/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { Validation } from '../validation/index.ts'
import type { StatisticsThread } from './statistics-thread.ts'
import type { MonitoringTables } from './tables.ts'

/** What the parts of monitoring work with. */
export interface MonitoringContext {
  readonly platform: Platform
  readonly db: TypedDatabase<MonitoringTables>
  readonly serving: Serving
  readonly predictions: Predictions
  readonly registry: Registry
  readonly datasets: Datasets
  readonly tracking: Tracking
  readonly validation: Validation
  readonly statistics: StatisticsThread
}
