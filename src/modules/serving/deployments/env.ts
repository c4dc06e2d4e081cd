import type { Registry } from '../../registry/index.ts'
import type { PlanEnv } from './live-plan.ts'

/** What changing deployments works with. */
export interface DeploymentEnv extends PlanEnv {
  readonly registry: Registry
  /** One change at a time. */
  readonly serial: <T>(work: () => Promise<T>) => Promise<T>
}
