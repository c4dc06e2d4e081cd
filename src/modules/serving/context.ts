import type { KeyedSerial } from '../../kernel/serial.ts'
import type { DataPlane } from '../../platform/data-plane/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Requirements } from '../../platform/runtimes/index.ts'
import type { Predictions } from '../predictions/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Servables } from '../servables/index.ts'
import type { HolderKinds } from './deployments/holder.ts'
import type { FleetLink } from './fleet/link.ts'
import type { ServingDb } from './tables.ts'

/** What the use cases of this module work with. */
export interface ServingContext {
  readonly platform: Platform
  readonly db: ServingDb
  readonly registry: Registry
  readonly servables: Servables
  readonly predictions: Predictions
  readonly plane: DataPlane
  readonly fleet: FleetLink
  /** Keep the version that was replaced loaded, so that going back is instant. */
  readonly keepPrevious: boolean
  /** By name of a deployment: what is being done for it before it can change. */
  readonly progress: Map<string, string>
  /** By name of a deployment, one decision at a time. */
  readonly turnOf: KeyedSerial
  /** One after the other, as the numbers of plans grow; nothing is loaded in a turn. */
  readonly planTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** By name, the revision of a change that the workers of this host have not taken yet: other hosts do not hear of it. */
  readonly unproven: Map<string, number>
  readonly told: Told
}

/** What other modules have said once, as they were made. */
export interface Told {
  readonly holders: HolderKinds
  readonly deletions: DeletionListener[]
  readonly environmentNeeds: EnvironmentNeeds[]
}

/** Called in the transaction that deletes a deployment. */
export type DeletionListener = (tx: Tx, deployment: string) => Promise<void>

/** Python environments that are needed for something else than a deployment, and by what. */
export type EnvironmentNeeds = () => Promise<readonly { readonly requirements: Requirements; readonly by: string }[]>
