import type { KeyedSerial } from '../../../kernel/serial.ts'
import type { Registry } from '../../registry/index.ts'
import type { HolderKinds } from './holder.ts'
import type { PlanEnv } from './live-plan.ts'

/** What changing deployments works with. */
export interface DeploymentEnv extends PlanEnv {
  readonly registry: Registry
  /** Filled by whoever keeps things that decide on versions. */
  readonly holders: HolderKinds
  /** By name of a deployment, one decision at a time. */
  readonly turnOf: KeyedSerial
}
