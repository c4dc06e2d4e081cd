/**
 * Serving: models behind stable endpoints. A deployment shares its requests between variants (versions of one registered
 * model) by weight; a rollout brings a new version in step by step and judges it on joined labels, errors and latency;
 * every prediction gets an id, is recorded, and is joined with its label when the truth is known.
 *
 * The answers themselves come from worker processes (the data plane) that follow a plan this module writes; they go on
 * answering while the control plane restarts. This module owns the plan, the recorded predictions, labels, and rollouts.
 */
import { defineModule } from '../../platform/platform.ts'
import { datasets } from '../datasets/index.ts'
import { registry } from '../registry/index.ts'
import { abTestEnded, abTestStarted } from './ab-tests/model.ts'
import { banditStarted, banditStopped } from './bandits/model.ts'
import { datasetMade } from './batches/model.ts'
import { servingConfig } from './config.ts'
import { modelConverted } from './conversions/model.ts'
import { createServing } from './create.ts'
import { servingLineage } from './lineage.ts'
import { deploymentChanged, deploymentDeleted } from './model.ts'
import { servingOperations } from './operations.ts'
import { labelsRecorded, predictionsIngested } from './predictions/model.ts'
import { deploymentResource } from './project-section.ts'
import { replayEnded } from './replays/model.ts'
import { rolloutAdvanced, rolloutPromoted, rolloutRolledBack, rolloutStarted } from './rollouts/model.ts'
import type { ServingService } from './service.ts'
import { shadowStarted, shadowStopped } from './shadows/model.ts'
import { servingMigrations } from './tables.ts'

export { AbTest, abTestEnded, abTestStarted } from './ab-tests/model.ts'
export { Bandit, banditStarted, banditStopped } from './bandits/model.ts'
export { Batch, datasetMade } from './batches/model.ts'
export { Conversion, ConversionReport, ConversionRows, modelConverted, OutputParity } from './conversions/model.ts'
export {
  ApplyDeployment,
  Deployment,
  type DeploymentState,
  DeploymentTraffic,
  SplitDeployment,
  Traffic,
} from './deployments/model.ts'
export { Environment, RemovedEnvironments } from './environments/model.ts'
export { ExportedPredictions } from './exports/model.ts'
export { Fleet, FleetMember, fleetErrors } from './fleet/model.ts'
export { requireSharedStores } from './fleet/requirements.ts'
export { servingMember } from './member/index.ts'
export {
  DeploymentRouting,
  DeploymentSettings,
  deploymentChanged,
  deploymentDeleted,
  deploymentName,
  ModelSignature,
  servingErrors,
  TensorSpec,
  Variant,
} from './model.ts'
export { DeploymentPackage, PackagedVariant } from './packages/model.ts'
export {
  Label,
  LabelInput,
  ListPredictions,
  labelsRecorded,
  Prediction,
  type PredictionWindow,
  predictionsIngested,
  RecordedLabels,
  type WindowQuery,
  type WindowRow,
} from './predictions/model.ts'
export { Replay, ReplayReport, replayEnded } from './replays/model.ts'
export {
  type NewRollout,
  Rollout,
  RolloutAnalysis,
  RolloutCheck,
  RolloutDecision,
  RolloutEvidence,
  RolloutReplay,
  RolloutState,
  RolloutStep,
  rolloutAdvanced,
  rolloutPromoted,
  rolloutRolledBack,
  rolloutStarted,
  StartRollout,
  VariantEvidence,
} from './rollouts/model.ts'
export { classIndex, type Outcome, readOutcome } from './rollouts/outcome.ts'
export { Difference, DifferenceSummary } from './scoring/model.ts'
export type { ServingService } from './service.ts'
export { Shadow, ShadowReport, shadowStarted, shadowStopped } from './shadows/model.ts'

export const serving = defineModule({
  name: 'serving',
  needs: { datasets, registry },
  config: servingConfig,
  migrations: servingMigrations,
  events: [
    deploymentChanged,
    deploymentDeleted,
    predictionsIngested,
    labelsRecorded,
    rolloutStarted,
    rolloutAdvanced,
    rolloutPromoted,
    rolloutRolledBack,
    abTestStarted,
    abTestEnded,
    banditStarted,
    banditStopped,
    replayEnded,
    datasetMade,
    modelConverted,
    shadowStarted,
    shadowStopped,
  ],
  operations: servingOperations,
  create: ({ platform, needs, config }) => {
    const life = createServing(platform, needs, config)
    const door: ServingService = life
    return { door, life }
  },
  declares: { resources: [deploymentResource], lineage: servingLineage },
  jobs: ({ life }) => life.jobs,
  subscriptions: ({ life }) => life.subscriptions,
  blobRoots: ({ life }) => life.blobRoots(),
  start: ({ life }) => life.start(),
  drain: ({ life }) => life.drain(),
  stop: ({ life }) => life.stop(),
})
