/**
 * Inference in worker processes. The control plane writes a plan (which deployment, which model files, which weights);
 * workers load the models, accept on the public port and answer, in every protocol they are given, while the control
 * plane is busy, restarting or dead. Predictions come back through append-only log files.
 *
 * This door is for the control plane and for protocols; the inside of a worker is behind `worker/index.ts`.
 */
export { tensorFromBytes, tensorToBytes } from './binary-values.ts'
export { latencyBounds, type ModelStatistics } from './counters.ts'
export { createDataPlane, type DataPlane, type DataPlaneOptions, type PlaneLoad } from './data-plane.ts'
export { inferenceErrors, invalidInput } from './errors.ts'
export { type ForwardedRequest, forwardInference } from './forward.ts'
export type { LoadedFile } from './functions/declaration.ts'
export { inspectFunctions } from './functions/inspect.ts'
export { checkGraph, type NodeSpecs } from './graph/check.ts'
export { type Feed, type GraphDefinition, graphFile, parseGraph } from './graph/definition.ts'
export { type Inspection, type InspectionReport, inspectModel } from './inspect.ts'
export { tensorFromJson } from './json-values.ts'
export { addBuckets, type Buckets, latencyBucket, percentile } from './latency-buckets.ts'
export { readPackage } from './package-file.ts'
export { type DeploymentSettings, type Plan, type PlanDeployment, type PlanVariant, writePlan } from './plan.ts'
export { notNow, plannedCore } from './planned-core.ts'
export {
  type HttpAnswer,
  type HttpInference,
  header,
  type InferenceAnswer,
  type InferenceCore,
  type InferenceGrpc,
  type InferenceProtocol,
  type InferenceRequest,
  predictionIdHeader,
  type ServedModel,
} from './protocol.ts'
export {
  type ConversionCandidate,
  type ConversionReport,
  convertPythonModel,
  probabilitiesOutput,
  withConverters,
} from './python/conversion.ts'
export {
  type Description,
  describeFile,
  type Field,
  readMlModel,
  Undescribed,
} from './python/description.ts'
export type { BuiltEnvironment } from './python/environment-folders.ts'
export { createEnvironments, type Environments, Unbuildable } from './python/environments.ts'
export { exampleFile, readExample } from './python/example.ts'
export { inspectPythonModel } from './python/inspect.ts'
export { type Requirements, readRequirements } from './python/requirements.ts'
export {
  type CountRecord,
  type LoggedTensor,
  type LogRecord,
  type PredictionRecord,
  parseSegmentName,
  type ServedRecord,
} from './record.ts'
export { decodeRecords } from './record-lines.ts'
export { checkHost } from './remote/host-rules.ts'
export { type HttpWire, openHttpWire, remoteAway, type WireAnswer } from './remote/http-wire.ts'
export { inspectRemote, type RemoteInspection } from './remote/inspect.ts'
export { grpcRefusal, httpRefusal } from './remote/refusal.ts'
export type { OpenRemote, RemoteClient, RemoteDescription, RemoteOptions } from './remote/remote-client.ts'
export { wrongAnswer } from './remote/session.ts'
export type { RequestMetadata, Route, Routing, RoutingRule } from './route.ts'
export { cutRows, joinRows } from './rows.ts'
export type {
  GraphFunction,
  GraphRuntime,
  GraphRuntimeNode,
  ModelRuntime,
  ModelSource,
  OnnxRuntime,
  PythonModel,
  PythonRuntime,
  RemoteModel,
  RemoteRuntime,
} from './runtime.ts'
export { openScorer, type ScoredRequest, type Scorer, type ScorerOptions } from './scorer.ts'
export { splitPoint } from './split.ts'
export {
  type Datatype,
  datatypes,
  elementCount,
  isDatatype,
  type Tensor,
  type TensorData,
  type TensorSpec,
  toJsonValues,
} from './tensor.ts'
export type { WorkerStatus } from './worker/control.ts'
export type { ApplyOutcome } from './worker/engine.ts'
export type { ModelStates } from './worker/models.ts'
export type { TraceCounts } from './worker/tracer.ts'
