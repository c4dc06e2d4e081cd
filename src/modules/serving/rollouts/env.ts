import type { DeploymentEnv } from '../deployments/env.ts'
import type { ReplayEnv } from '../replays/run.ts'

export interface RolloutEnv extends DeploymentEnv, ReplayEnv {
  /** Makes rows of every prediction that was answered before now. */
  readonly catchUp: () => Promise<void>
}
