/**
 * Monitoring: compares what a deployment is asked, and how well it answers, with what its model was trained on.
 *
 * Owns monitors, baselines, evaluated windows and alerts. Promises: a window is evaluated once per monitor and start,
 * and again only when late labels change it; too little data is `insufficient`, never a number that is not one; a
 * feature counts as shifted only when it is significant after correction for many features, and large enough to
 * matter; an alert needs that to persist, is raised once while open and closes itself. Statistics run off the request thread.
 *
 * Emits monitoring.window.evaluated, monitoring.alert.raised and monitoring.alert.cleared.
 */
import { defineModule } from '../../platform/platform.ts'
import { datasets } from '../datasets/index.ts'
import { predictions } from '../predictions/index.ts'
import { registry } from '../registry/index.ts'
import { serving } from '../serving/index.ts'
import { tracking } from '../tracking/index.ts'
import { validation } from '../validation/index.ts'
import { baselineDigests } from './baseline-store.ts'
import type { MonitoringContext } from './context.ts'
import { createMonitoring } from './create.ts'
import { createEvaluator } from './evaluate.ts'
import { monitoringJobs, monitoringSubscriptions } from './jobs.ts'
import { monitoringLineage } from './lineage.ts'
import { alertCleared, alertRaised, windowEvaluated } from './model.ts'
import { monitoringOperations } from './operations.ts'
import { monitorResource } from './project-section.ts'
import { createStatisticsThread } from './statistics-thread.ts'
import { monitoringMigrations } from './tables.ts'

export {
  Alert,
  alertCleared,
  alertRaised,
  FeatureDrift,
  Monitor,
  MonitorDefinition,
  QualityResult,
  WindowEvaluation,
  windowEvaluated,
} from './model.ts'
export type { Monitoring } from './service.ts'

export const monitoring = defineModule({
  name: 'monitoring',
  needs: { datasets, tracking, registry, predictions, serving, validation },
  config: {},
  migrations: monitoringMigrations,
  events: [windowEvaluated, alertRaised, alertCleared],
  operations: monitoringOperations,
  create: ({ platform, needs }) => {
    const ctx: MonitoringContext = { platform, db: platform.db.typed(), statistics: createStatisticsThread(), ...needs }
    const evaluator = createEvaluator(ctx)
    return { door: createMonitoring(ctx, evaluator), ctx, evaluator }
  },
  declares: { resources: [monitorResource], lineage: monitoringLineage },
  jobs: ({ evaluator }) => monitoringJobs(evaluator),
  subscriptions: ({ ctx }) => monitoringSubscriptions(ctx),
  blobRoots: ({ ctx }) => baselineDigests(ctx.db.read),
  stop: ({ ctx }) => ctx.statistics.stop(),
})
