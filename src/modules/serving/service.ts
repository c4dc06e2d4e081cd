import type { Page } from '../../kernel/paging.ts'
import type { KeyedSerial } from '../../kernel/serial.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { InferenceCore } from '../../platform/inference/index.ts'
import type { DeploymentTraffic } from '../predictions/index.ts'
import type { DeletionListener, EnvironmentNeeds } from './context.ts'
import type { Change } from './deployments/change.ts'
import type { HolderKind } from './deployments/holder.ts'
import type {
  ApplyDeployment,
  ConfigureDeployment,
  Deployment,
  RouteDeployment,
  SplitDeployment,
  StageVersion,
  TrafficQuery,
} from './deployments/model.ts'
import type { Holder, StoredDeployment, StoredVariant } from './deployments/store.ts'
import type { Environment, RemovedEnvironments, RemoveEnvironments } from './environments/model.ts'
import type { Fleet } from './fleet/model.ts'
import type { DeploymentPackage } from './packages/model.ts'

/** A worker's socket to pass the request on to, or, while no worker runs, a core that knows what is declared. */
export type InferenceTarget = { readonly socketPath: string } | { readonly core: InferenceCore }

/** What serving does for operations, dialects and other modules. */
export interface Serving extends DeploymentsService, DeploymentControl, FleetService, EnvironmentsService {
  /** The settings `serving.scorer…` and `serving.conver…`, for the modules that go by them. */
  readonly scoringSettings: ScoringSettings
  /** Where inference is answered now; what a dialect does with a request that reached the control plane. */
  inference(): Promise<InferenceTarget>
}

export interface ScoringSettings {
  readonly convertAtRegistration: boolean
  readonly conversionTolerance: number
  readonly runLimitMs: number
  readonly memoryLimitBytes: number
}

export interface DeploymentsService {
  /**
   * Makes a deployment or points it at a version, and resolves when the data plane answers with it. Repeating it changes
   * nothing. Throws `model_not_servable` (with the reason and the fix), `rollout_active`, `deployment_model_differs`,
   * `data_plane_failed`; the deployment then serves what it served before.
   */
  applyDeployment(input: ApplyDeployment): Promise<Deployment>
  /** Gives fixed weights to named variants: an A/B split without analysis. */
  splitDeployment(input: SplitDeployment): Promise<Deployment>
  /** The version that had all requests before takes them again; what decides on the versions is ended. */
  rollBackDeployment(nameOrId: string): Promise<Deployment>
  /** Loads a version beside the live one, without requests. */
  stageVersion(input: StageVersion): Promise<Deployment>
  /** Exchanges the live and the staged version. */
  switchDeployment(nameOrId: string): Promise<Deployment>
  /** Replaces the rules of the router. */
  routeDeployment(input: RouteDeployment): Promise<Deployment>
  /** Replaces the settings. */
  configureDeployment(input: ConfigureDeployment): Promise<Deployment>
  packageDeployment(nameOrId: string): Promise<DeploymentPackage>
  getDeployment(nameOrId: string): Promise<Deployment>
  findDeployment(nameOrId: string): Promise<Deployment | undefined>
  listDeployments(query: { limit: number; cursor?: string | undefined }): Promise<Page<Deployment>>
  /** Its predictions and labels stay. */
  deleteDeployment(nameOrId: string): Promise<void>
  /** Counts, errors and latency per variant over `[from, to)`, in buckets of whole minutes. */
  traffic(query: TrafficQuery): Promise<DeploymentTraffic>
}

/**
 * For the modules that decide on versions. They decide in the turn of a deployment, and what they write lies in the
 * transaction of the change; models load outside of it.
 */
export interface DeploymentControl {
  /** As it is kept. Throws `deployment_not_found`. */
  getStored(nameOrId: string): Promise<StoredDeployment>
  listStored(): Promise<StoredDeployment[]>
  /** As it is when the change under way, if any, is over. */
  settled(nameOrId: string): Promise<StoredDeployment>
  /** By name, one decision at a time. */
  readonly turnOf: KeyedSerial
  /** Decides in the turn of a deployment and makes it live; undefined from `decide`: nothing changes. */
  changeExisting(
    nameOrId: string,
    decide: (deployment: StoredDeployment) => Promise<Omit<Change, 'model'> | undefined>,
  ): Promise<StoredDeployment>
  /** What takes long before a version can be served, before the turn. */
  prepareReference(nameOrId: string, ref: string): Promise<void>
  /** Named versions of a deployment's model as variants that workers can load. */
  resolveVariants(
    deployment: Pick<StoredDeployment, 'model'>,
    given: SplitDeployment['variants'],
  ): Promise<StoredVariant[]>
  /** How holders of a kind are dealt with; told once, by whoever keeps them. */
  letGo(kind: string, how: HolderKind): void
  refuseWhileHeld(deployment: StoredDeployment): void
  takeDeployment(tx: Tx, deployment: Pick<StoredDeployment, 'id' | 'name'>, holder: Holder): Promise<void>
  giveDeploymentBack(tx: Tx, holderId: string): Promise<void>
  /** Loads what the rows say now wherever the model is served; answers why it could not be. */
  reload(digest: string): Promise<string | undefined>
  /** Where the workers of this host write their logs. */
  readonly logsOfWorkers: () => string
  onDeletion(listener: DeletionListener): void
  needEnvironments(needs: EnvironmentNeeds): void
}

export interface FleetService {
  /** Every server that was heard of, those that are away included; empty without PostgreSQL. */
  getFleet(): Promise<Fleet>
  /** Throws `member_is_live` for one that would come back by itself. */
  forgetMember(id: string): Promise<void>
}

export interface EnvironmentsService {
  /** Python environments of this host. */
  listEnvironments(): Promise<{ items: Environment[] }>
  removeEnvironments(input: RemoveEnvironments): Promise<RemovedEnvironments>
}
