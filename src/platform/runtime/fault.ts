/**
 * Fault points: named places between two steps that must not be torn apart. In a fault test `SLIPWAY_FAULT=name` (or
 * `name:3` for the third passing) kills this process there as `kill -9` would; otherwise a point costs one comparison.
 *
 * Every name stands in `faultPoints`, so that the fault test can walk the list and a misspelt name fails to compile.
 */
export const faultPoints = [
  'blobs.write.staged',
  'blobs.write.renamed',
  'datasets.version.beforeCommit',
  'datasets.version.committed',
  'jobs.claimed',
  'jobs.handlerDone',
  'jobs.completed',
  'events.beforeDeliver',
  'events.delivered',
  'pipelines.run.created',
  'pipelines.step.started',
  'pipelines.step.exited',
  'pipelines.step.recorded',
  'pipelines.run.finished',
  'tracking.run.created',
  'tracking.batch.committed',
  'tracking.artifact.stored',
  'registry.version.created',
  'registry.alias.moved',
  'validation.gate.decided',
  'serving.deployment.updated',
  'serving.plan.written',
  'serving.plan.applied',
  'serving.predictions.beforeIngest',
  'serving.predictions.ingested',
  'serving.labels.recorded',
  'serving.rollout.advanced',
  'serving.rollout.promoted',
  'monitoring.window.evaluated',
  'monitoring.alert.raised',
  'automation.retraining.requested',
  'automation.candidate.decided',
  'lineage.edges.recorded',
] as const

export type FaultPoint = (typeof faultPoints)[number]

const [target, nth] = (process.env.SLIPWAY_FAULT ?? '').split(':')
let remaining = nth === undefined ? 1 : Number(nth)

export function faultPoint(name: FaultPoint): void {
  if (name !== target) return
  remaining -= 1
  if (remaining === 0) process.kill(process.pid, 'SIGKILL')
}
