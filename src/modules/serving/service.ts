import type { Page } from '../../kernel/paging.ts'
import type { InferenceCore } from '../../platform/inference/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { AbTest, StartAbTest } from './ab-tests/model.ts'
import type { Bandit, StartBandit } from './bandits/model.ts'
import type { Batch, StartBatch } from './batches/model.ts'
import type { Conversion, StartConversion } from './conversions/model.ts'
import type {
  ApplyDeployment,
  ConfigureDeployment,
  Deployment,
  DeploymentTraffic,
  RouteDeployment,
  SplitDeployment,
  StageVersion,
} from './deployments/model.ts'
import type { Environment, RemovedEnvironments, RemoveEnvironments } from './environments/model.ts'
import type { ExportedPredictions, ExportPredictions } from './exports/model.ts'
import type { Fleet } from './fleet/model.ts'
import type { ConnectModel } from './models/remote-file.ts'
import type { DeploymentPackage } from './packages/model.ts'
import type {
  LabelInput,
  ListPredictions,
  Prediction,
  PredictionWindow,
  RecordedLabels,
  WindowQuery,
} from './predictions/model.ts'
import type { Replay, StartReplay } from './replays/model.ts'
import type { NewRollout, Rollout } from './rollouts/model.ts'
import type { Difference } from './scoring/model.ts'
import type { Shadow, ShadowReport, StartShadow } from './shadows/model.ts'

/** A worker's socket to pass the request on to, or, while no worker runs, a core that knows what is declared. */
export type InferenceTarget = { readonly socketPath: string } | { readonly core: InferenceCore }

/** A page of what belongs to deployments, or to one. */
export interface PageOf {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly deployment?: string | undefined
}

/** What serving does for operations, dialects and other modules. */
export interface ServingService
  extends DeploymentsService,
    PredictionsService,
    RolloutsService,
    ShadowsService,
    ComparisonsService,
    ReplaysService,
    BatchesService,
    FleetService,
    ConversionsService,
    EnvironmentsService {}

export interface FleetService {
  /** Every server that was heard of, those that are away included; empty without PostgreSQL. */
  getFleet(): Promise<Fleet>
  /** Throws `member_is_live` for one that would come back by itself. */
  forgetMember(id: string): Promise<void>
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
  /** The version that had all requests before takes them again; a rollout under way is aborted. */
  rollBackDeployment(nameOrId: string): Promise<Deployment>
  /** Loads a version beside the live one, without requests. */
  stageVersion(input: StageVersion): Promise<Deployment>
  /** Exchanges the live and the staged version. */
  switchDeployment(nameOrId: string): Promise<Deployment>
  /** Replaces the rules of the router. */
  routeDeployment(input: RouteDeployment): Promise<Deployment>
  /** Replaces the settings. */
  configureDeployment(input: ConfigureDeployment): Promise<Deployment>
  /** Registers a model that another server has; throws `remote_model_away` or `remote_model_unusable`. */
  connectModel(input: ConnectModel & { readonly createdBy?: string }): Promise<ModelVersion>
  packageDeployment(nameOrId: string): Promise<DeploymentPackage>
  getDeployment(nameOrId: string): Promise<Deployment>
  findDeployment(nameOrId: string): Promise<Deployment | undefined>
  listDeployments(query: { limit: number; cursor?: string | undefined }): Promise<Page<Deployment>>
  /** Its predictions and labels stay. */
  deleteDeployment(nameOrId: string): Promise<void>
  /** Counts, errors and latency per variant over `[from, to)`, in buckets of whole minutes. */
  traffic(query: { name: string; from?: number | undefined; to?: number | undefined }): Promise<DeploymentTraffic>

  /** Where inference is answered now; what a dialect does with a request that reached the control plane. */
  inference(): Promise<InferenceTarget>
}

export interface PredictionsService {
  listPredictions(query: ListPredictions): Promise<Page<Prediction>>
  getPrediction(id: string): Promise<Prediction>
  /** All rows for monitoring, read fast; see WindowQuery. */
  predictionWindow(query: WindowQuery): Promise<PredictionWindow>
  /** Event time of the version's first prediction at or after `from`; undefined when there is none. */
  nextEventAt(query: {
    readonly deployment: string
    readonly modelVersionId: string
    readonly from: number
  }): Promise<number | undefined>
  /** Last write wins; what it replaced is kept as history. */
  recordLabels(labels: readonly LabelInput[]): Promise<RecordedLabels>
}

export interface RolloutsService {
  /** Starts a canary; with a key that was used before, answers that rollout. */
  startRollout(input: NewRollout): Promise<Rollout>
  getRollout(id: string): Promise<Rollout>
  listRollouts(query: PageOf): Promise<Page<Rollout>>
  pauseRollout(id: string, reason?: string): Promise<Rollout>
  resumeRollout(id: string, reason?: string): Promise<Rollout>
  /** Throws `rollout_needs_no_approval` when the current step does not ask for it. */
  approveRollout(id: string, reason?: string): Promise<Rollout>
  /** Takes over at once, whatever the analysis says. */
  promoteRollout(id: string, reason?: string): Promise<Rollout>
  /** Back to the champion at once. */
  abortRollout(id: string, reason?: string): Promise<Rollout>
}

export interface ComparisonsService {
  /** Splits a deployment and compares its variants; see AbTest. */
  startAbTest(input: StartAbTest): Promise<AbTest>
  getAbTest(id: string): Promise<AbTest>
  listAbTests(query: PageOf): Promise<Page<AbTest>>
  stopAbTest(id: string, reason?: string): Promise<AbTest>
  /** Splits a deployment and lets the weights follow the rewards; see Bandit. */
  startBandit(input: StartBandit): Promise<Bandit>
  getBandit(id: string): Promise<Bandit>
  listBandits(query: PageOf): Promise<Page<Bandit>>
  stopBandit(id: string): Promise<Bandit>
}

export interface ReplaysService {
  /** Recorded requests through a version; see Replay. */
  startReplay(input: StartReplay): Promise<Replay>
  getReplay(id: string): Promise<Replay>
  listReplays(query: PageOf): Promise<Page<Replay>>
  replayDifferences(id: string, limit: number): Promise<{ items: Difference[] }>
  cancelReplay(id: string): Promise<Replay>
}

export interface BatchesService {
  /** Recorded predictions as a dataset version. */
  exportPredictions(input: ExportPredictions): Promise<ExportedPredictions>
  /** A dataset version through a model version; see Batch. */
  startBatch(input: StartBatch): Promise<Batch>
  getBatch(id: string): Promise<Batch>
  listBatches(query: { limit: number; cursor?: string | undefined }): Promise<Page<Batch>>
  cancelBatch(id: string): Promise<Batch>
}

export interface ShadowsService {
  /** A version gets copies of requests after they are answered; see Shadow. */
  startShadow(input: StartShadow): Promise<Shadow>
  getShadow(id: string): Promise<ShadowReport>
  listShadows(query: PageOf): Promise<Page<Shadow>>
  shadowDifferences(id: string, limit: number): Promise<{ items: Difference[] }>
  stopShadow(id: string): Promise<Shadow>
}

export interface ConversionsService {
  /** A Python version as ONNX, where it answers as before; see Conversion. */
  startConversion(input: StartConversion): Promise<Conversion>
  getConversion(id: string): Promise<Conversion>
  listConversions(query: {
    limit: number
    cursor?: string | undefined
    model?: string | undefined
  }): Promise<Page<Conversion>>
  /** What deployments of its version load. */
  changeRuntime(id: string, runtime: 'onnx' | 'python'): Promise<Conversion>
}

export interface EnvironmentsService {
  /** Python environments of this host. */
  listEnvironments(): Promise<{ items: Environment[] }>
  removeEnvironments(input: RemoveEnvironments): Promise<RemovedEnvironments>
}
