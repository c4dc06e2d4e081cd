/** The composition root: what Slipway is made of. A new module or dialect is a line here. */
import { inference, memberInference } from './dialects/inference/index.ts'
import { mlflow } from './dialects/mlflow/index.ts'
import { otlp } from './dialects/otlp/index.ts'
import type { AnyDialect } from './kernel/module.ts'
import * as automation from './modules/automation/index.ts'
import * as datasets from './modules/datasets/index.ts'
import * as delivery from './modules/delivery/index.ts'
import * as lineage from './modules/lineage/index.ts'
import * as monitoring from './modules/monitoring/index.ts'
import * as pipelines from './modules/pipelines/index.ts'
import * as predictions from './modules/predictions/index.ts'
import * as projects from './modules/projects/index.ts'
import * as registry from './modules/registry/index.ts'
import * as reports from './modules/reports/index.ts'
import * as retention from './modules/retention/index.ts'
import * as scoring from './modules/scoring/index.ts'
import * as servables from './modules/servables/index.ts'
import * as serving from './modules/serving/index.ts'
import * as tracking from './modules/tracking/index.ts'
import * as validation from './modules/validation/index.ts'
import * as webhooks from './modules/webhooks/index.ts'
import type { Platform, PlatformModule } from './platform/platform.ts'

export const modules: readonly PlatformModule[] = [
  datasets.datasets,
  tracking.tracking,
  registry.registry,
  pipelines.pipelines,
  servables.servables,
  predictions.predictions,
  validation.validation,
  serving.serving,
  scoring.scoring,
  delivery.delivery,
  monitoring.monitoring,
  automation.automation,
  projects.projects,
  lineage.lineage,
  webhooks.webhooks,
  reports.reports,
  retention.retention,
]

export const dialects: readonly AnyDialect<Platform>[] = [inference, mlflow, otlp]

const doorsByName = {
  datasets,
  tracking,
  registry,
  pipelines,
  servables,
  predictions,
  serving,
  scoring,
  delivery,
  validation,
  monitoring,
  automation,
  projects,
  lineage,
  webhooks,
  reports,
  retention,
}

/** What each module exports: shared shapes take their names in the reference and the SDK from it. */
export const doors = Object.entries(doorsByName).map(([name, exports]) => ({ name, exports }))

/** `slipway serve`. */
export const whole = { modules, dialects, doors }

/** `slipway serve --data-plane-only`: in the place of all that. */
export const member = {
  modules: [serving.servingMember, scoring.scoringMember, delivery.deliveryMember],
  dialects: [memberInference],
  check: serving.requireSharedStores,
}
