import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Delivery } from '../delivery/index.ts'
import type { Monitoring } from '../monitoring/index.ts'
import type { PipelineService } from '../pipelines/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Serving } from '../serving/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { Validation } from '../validation/index.ts'
import type { AutomationTables } from './tables.ts'

/** What the parts of automation work with: the doors it acts through. */
export interface AutomationContext {
  readonly platform: Platform
  readonly db: TypedDatabase<AutomationTables>
  readonly monitoring: Monitoring
  readonly pipelines: PipelineService
  readonly registry: Registry
  readonly serving: Serving
  readonly delivery: Delivery
  readonly validation: Validation
  readonly tracking: Tracking
}
