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
