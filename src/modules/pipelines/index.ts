/**
 * Pipelines: named steps with typed inputs and outputs, run as a graph of child processes.
 *
 * Owns definitions and their code, runs, step runs with every attempt, logs, and the content cache that spares a step
 * whose code, command, parameters and inputs have not changed. A run is a table-driven state machine: a step that ends
 * readies the next ones in the same transaction, so a killed server continues where it was and nothing is done twice
 * in the record.
 *
 * Emits `pipelines.run.started`, `pipelines.run.finished` and `pipelines.step.finished`.
 */
export {
  type Parameters,
  PipelineDefinition,
  type PipelineDefinitionInput,
  PipelineName,
  Source,
  SourceFile,
  StepDefinition,
} from './definition.ts'
export { runFinished, runStarted, stepFinished } from './events.ts'
export {
  CacheVerdict,
  Pipeline,
  PipelineDetail,
  PipelineRun,
  PipelineRunDetail,
  PipelineRunState,
  PipelineVersion,
  pipelineErrors,
  StepAttempt,
  StepInput,
  StepOutput,
  StepPlan,
  StepRun,
  StepRunState,
  Trigger,
} from './model.ts'
export type { ApplyPipeline, PipelineService, RunQuery, StartRun, StepLog } from './service.ts'
