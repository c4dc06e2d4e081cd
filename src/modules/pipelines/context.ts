import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { PipelineTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface PipelineContext {
  readonly platform: Platform
  readonly db: TypedDatabase<PipelineTables>
  readonly datasets: Datasets
  readonly tracking: Tracking
  readonly registry: Registry
}

export function createContext(env: {
  readonly platform: Platform
  readonly needs: { datasets: Datasets; tracking: Tracking; registry: Registry }
}): PipelineContext {
  return { platform: env.platform, db: env.platform.db.typed<PipelineTables>(), ...env.needs }
}
