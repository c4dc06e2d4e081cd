/**
 * What a prediction is, before anything runs: tensors and their values, the plan that says which deployment serves which
 * models with which weights, how a request finds its variant, the records of what was answered, and the contract between
 * protocols and whatever answers them. Pure but for the small files in which workers keep their counts.
 *
 * Runtimes (../runtimes) run models; the data plane (../data-plane) is the processes that do so for the public port.
 */
export { tensorFromBytes, tensorToBytes } from './binary-values.ts'
export {
  batchSlot,
  countersFile,
  countersHead,
  keyOf,
  latencyBounds,
  latencySlot,
  type ModelStatistics,
  parseCounters,
  readStatistics,
  readTotals,
  rowLength,
  type SeriesName,
  slot,
} from './counters.ts'
export { Abandoned, InputRefused, inferenceErrors, invalidInput, RunLost } from './errors.ts'
export { checkInputs, checkWanted, pickOutputs } from './input-check.ts'
export { tensorFromJson } from './json-values.ts'
export { addBuckets, type Buckets, latencyBucket, percentile } from './latency-buckets.ts'
export {
  type DeploymentSettings,
  emptyPlan,
  idleLimits,
  modelsOf,
  type Plan,
  type PlanDeployment,
  type PlanVariant,
  readPlan,
  writePlan,
} from './plan.ts'
export {
  type HttpAnswer,
  type HttpInference,
  header,
  type InferenceAnswer,
  type InferenceCore,
  type InferenceGrpc,
  type InferenceProtocol,
  type InferenceRequest,
  inferencePermission,
  predictionIdHeader,
  type ServedModel,
} from './protocol.ts'
export {
  type CountRecord,
  type LoggedTensor,
  type LogRecord,
  type PredictionRecord,
  parseSegmentName,
  type ServedRecord,
  segmentName,
} from './record.ts'
export { decodeRecords, encodeRecords } from './record-lines.ts'
export {
  type RequestMetadata,
  type Routable,
  type Route,
  type Routing,
  type RoutingRule,
  routeRequest,
} from './route.ts'
export { batchKey, cutRows, joinRows, rowCount } from './rows.ts'
export type {
  Feed,
  GraphFunction,
  GraphNodeRuns,
  GraphRuntime,
  GraphRuntimeNode,
  ModelRuntime,
  ModelSource,
  OnnxRuntime,
  PythonModel,
  PythonParam,
  PythonRuntime,
  RemoteModel,
  RemoteRuntime,
  Source,
} from './runtime.ts'
export { type SplitRange, splitPoint } from './split.ts'
export { moveRanges, rangesOf } from './split-ranges.ts'
export {
  type Datatype,
  datatypes,
  elementCount,
  isDatatype,
  type NumericData,
  showShape,
  type Tensor,
  type TensorData,
  type TensorSpec,
  toJsonValues,
} from './tensor.ts'
export { readTraceCounts, type TraceCounts, traceCountsFile } from './trace-counts.ts'
