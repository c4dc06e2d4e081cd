/**
 * Serving: models behind stable endpoints. A deployment shares its requests between variants (versions of one registered
 * model) by weight, by rules and by the keys of callers; it changes between two requests, and goes back at once.
 *
 * The answers themselves come from worker processes (the data plane) that follow a plan this module writes; they go on
 * answering while the control plane restarts, and on other hosts that share the database. What decides on versions instead
 * of a person holds the deployment meanwhile. Emits `serving.deployment.changed` and `serving.deployment.deleted`.
 */
import { defineModule } from '../../platform/platform.ts'
import { predictions } from '../predictions/index.ts'
import { registry } from '../registry/index.ts'
import { servables } from '../servables/index.ts'
import { servingConfig } from './config.ts'
import { createServing } from './create.ts'
import { servingLineage } from './lineage.ts'
import { deploymentChanged, deploymentDeleted } from './model.ts'
import { servingOperations } from './operations.ts'
import { deploymentResource } from './project-section.ts'
import { servingMigrations } from './tables.ts'

export type { Change } from './deployments/change.ts'
export { ApplyDeployment, checkSplit, Deployment, type DeploymentState, SplitDeployment } from './deployments/model.ts'
export { fullRef } from './deployments/reference.ts'
export { mainVariant, type StoredDeployment, type StoredVariant } from './deployments/store.ts'
export { durationErrors, readDuration } from './duration.ts'
export { Environment, RemovedEnvironments } from './environments/model.ts'
export { Fleet, FleetMember, fleetErrors } from './fleet/model.ts'
export { requireSharedStores } from './fleet/requirements.ts'
export { servingMember } from './member/index.ts'
export {
  DeploymentRouting,
  DeploymentSettings,
  deploymentChanged,
  deploymentDeleted,
  deploymentName,
  servingErrors,
  Variant,
} from './model.ts'
export { DeploymentPackage, PackagedVariant } from './packages/model.ts'
export type { Serving } from './service.ts'

export const serving = defineModule({
  name: 'serving',
  needs: { registry, servables, predictions },
  config: servingConfig,
  migrations: servingMigrations,
  events: [deploymentChanged, deploymentDeleted],
  operations: servingOperations,
  create: ({ platform, needs, config }) => createServing(platform, needs, config),
  declares: { resources: [deploymentResource], lineage: servingLineage },
  start: (inside) => inside.start(),
  drain: (inside) => inside.drain(),
  stop: (inside) => inside.stop(),
})
