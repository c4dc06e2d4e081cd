import type { Platform } from '../../platform/platform.ts'
import type { Predictions } from '../predictions/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Scoring } from '../scoring/index.ts'
import type { Servables } from '../servables/index.ts'
import type { Serving } from '../serving/index.ts'
import type { DeliveryDb } from './tables.ts'

/** What the use cases of this module work with. */
export interface DeliveryContext {
  readonly platform: Platform
  readonly db: DeliveryDb
  readonly registry: Registry
  readonly servables: Servables
  readonly predictions: Predictions
  readonly serving: Serving
  readonly scoring: Scoring
}
