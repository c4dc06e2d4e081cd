/**
 * What runs models: one implementation of `ModelSession` for each kind of runtime (ONNX in process, Python in processes
 * of its own, models on other servers, graphs of models and functions), and what tells beforehand whether a model can be
 * run: inspections, environments, conversion. Runs wherever it is called: in a worker, a scorer or a disposable child.
 *
 * Knows nothing of deployments, requests or the public port; the data plane (../data-plane) does.
 */
export type { LoadedFile } from './functions/declaration.ts'
export { inspectFunctions } from './functions/inspect.ts'
export { checkGraph, type NodeSpecs } from './graph/check.ts'
export { type GraphDefinition, graphFile, parseGraph } from './graph/definition.ts'
export { type Inspection, type InspectionReport, inspectModel } from './inspect.ts'
export { openOnnxSession } from './onnx.ts'
export { openSession } from './open-session.ts'
export { readPackage } from './package-file.ts'
export {
  type ConversionCandidate,
  type ConversionReport,
  convertPythonModel,
  probabilitiesOutput,
  withConverters,
} from './python/conversion.ts'
export { type Description, describePython, type Field, Undescribed } from './python/description.ts'
export type { BuiltEnvironment } from './python/environment-folders.ts'
export { createEnvironments, type Environments, Unbuildable } from './python/environments.ts'
export { inspectPythonModel } from './python/inspect.ts'
export { type Requirements, readRequirements } from './python/requirements.ts'
export { describeRemote } from './remote/describe.ts'
export { checkHost } from './remote/host-rules.ts'
export { type HttpWire, openHttpWire, remoteAway, type WireAnswer } from './remote/http-wire.ts'
export { inspectRemote } from './remote/inspect.ts'
export { grpcRefusal, httpRefusal } from './remote/refusal.ts'
export type { RemoteInspection } from './remote/report.ts'
export { wrongAnswer } from './remote/session.ts'
export type { OpenRemote, RemoteClient, RemoteDescription, RemoteOptions } from './remote-client.ts'
export { createResting, type RestingSession } from './resting.ts'
export type { ModelSession, RunParams, SessionEnv } from './session.ts'
export { shareSessions } from './shared-sessions.ts'
export { warmUp } from './warm-up.ts'
