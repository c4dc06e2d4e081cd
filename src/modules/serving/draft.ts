import type { PlanDeployment } from '../../platform/inference/index.ts'
import type { StoredVariant } from './deployments/store.ts'

/** What shall be served, as the rows say it. It means the same on every host: there is no path in it. */
export interface PlanDraft {
  readonly deployments: readonly DraftDeployment[]
}

export interface DraftDeployment extends Pick<PlanDeployment, 'name' | 'salt' | 'ranges' | 'routing' | 'settings'> {
  readonly variants: readonly DraftVariant[]
  readonly standby: readonly DraftVariant[]
}

export interface DraftVariant extends Omit<StoredVariant, 'version'> {
  readonly version: string
  /** From the registered signature. */
  readonly featureNames?: readonly string[] | undefined
}
