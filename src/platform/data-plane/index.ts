/**
 * Inference in worker processes. The control plane writes a plan (which deployment, which model files, which weights);
 * workers load the models, accept on the public port and answer, in every protocol they are given, while the control
 * plane is busy, restarting or dead. Predictions come back through append-only log files. Scorers run the same models off
 * the live path.
 *
 * This door is for the control plane; the inside of a worker is behind `worker/index.ts`.
 */
export { createDataPlane, type DataPlane, type DataPlaneOptions, type PlaneLoad } from './data-plane.ts'
export { type ForwardedRequest, forwardInference } from './forward.ts'
export { notNow, plannedCore } from './planned-core.ts'
export { openScorer, type Scorer, type ScorerOptions } from './scorer.ts'
export type { ScoredRequest } from './scorer-wire.ts'
export type { WorkerStatus } from './worker/control.ts'
export type { ApplyOutcome } from './worker/engine.ts'
export type { ModelStates } from './worker/models.ts'
