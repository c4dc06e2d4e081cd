import type { Datasets } from '../../datasets/index.ts'
import type { DeploymentEnv } from '../deployments/env.ts'

/** What converting a version works with. */
export interface ConversionEnv extends DeploymentEnv {
  readonly datasets: Datasets
  readonly catchUp: () => Promise<void>
  /** See ConversionReport. */
  readonly tolerance: number
  readonly scorerLimits: { readonly runLimitMs: number; readonly memoryLimitBytes: number }
}
