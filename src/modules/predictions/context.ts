import type { Platform } from '../../platform/platform.ts'
import type { NewsListener } from './news.ts'
import type { PredictionDb } from './tables.ts'
import type { UntilThereEnv } from './until-there.ts'

/** What the use cases of this module work with. */
export interface PredictionContext extends UntilThereEnv {
  readonly platform: Platform
  readonly db: PredictionDb
  readonly tellNews: NewsListener
}
