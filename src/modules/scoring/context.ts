import type { Platform } from '../../platform/platform.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Predictions } from '../predictions/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Servables } from '../servables/index.ts'
import type { Serving } from '../serving/index.ts'
import type { ReplayEndListener } from './replays/model.ts'
import type { ScorerPool } from './scorer-pool.ts'
import type { ScoringDb } from './tables.ts'

/** What the use cases of this module work with. */
export interface ScoringContext {
  readonly platform: Platform
  readonly db: ScoringDb
  readonly registry: Registry
  readonly datasets: Datasets
  readonly servables: Servables
  readonly predictions: Predictions
  readonly serving: Serving
  readonly scorers: ScorerPool
  /** By id of a conversion: what is being done. */
  readonly progress: Map<string, string>
  readonly replayEndListeners: ReplayEndListener[]
}
