import { z } from 'zod'
import { Actor } from '../../kernel/actor.ts'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { Parameters, PipelineDefinition } from './definition.ts'

/** A named sequence of versions; each version is one definition with one snapshot of the code. */
export const Pipeline = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  /** The newest version, which runs use. */
  version: z.number().int(),
  versionId: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Pipeline = z.output<typeof Pipeline>

export const PipelineVersion = z.object({
  id: z.string(),
  pipelineId: z.string(),
  pipeline: z.string(),
  version: z.number().int(),
  definition: PipelineDefinition,
  /** SHA-256 of the canonical list of source files; absent when the pipeline brings no code. */
  sourceDigest: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  /** The difference to the commit as a text; every run of a step has it among its files. */
  changes: z.object({ digest: z.string(), sizeBytes: z.number() }).optional(),
  createdAt: z.number(),
})
export type PipelineVersion = z.output<typeof PipelineVersion>

export const PipelineDetail = Pipeline.extend({
  current: PipelineVersion,
  /** When its schedule starts it next. */
  nextRunAt: z.number().optional(),
})
export type PipelineDetail = z.output<typeof PipelineDetail>

export const runStates = ['running', 'canceling', 'succeeded', 'failed', 'canceled'] as const
export const PipelineRunState = z.enum(runStates)
export type PipelineRunState = z.output<typeof PipelineRunState>

/** waiting: a step before it has not ended; queued: ready, waits for a worker or for its retry. */
export const stepStates = ['waiting', 'queued', 'running', 'succeeded', 'failed', 'skipped', 'canceled'] as const
export const StepRunState = z.enum(stepStates)
export type StepRunState = z.output<typeof StepRunState>

export const Trigger = z.object({
  kind: z.enum(['manual', 'policy', 'schedule', 'retry', 'reproduction']),
  /** What pulled it: the decision, the schedule, the run that is retried, or the model version that is reproduced. */
  id: z.string().optional(),
})
export type Trigger = z.output<typeof Trigger>

export const PipelineRun = z.object({
  id: z.string(),
  pipelineId: z.string(),
  pipeline: z.string(),
  versionId: z.string(),
  version: z.number().int(),
  state: PipelineRunState,
  parameters: Parameters,
  trigger: Trigger,
  useCache: z.boolean(),
  /** Name and message of the first step that failed. */
  error: z.string().optional(),
  createdAt: z.number(),
  endedAt: z.number().optional(),
  startedBy: Actor,
  canceledBy: Actor.optional(),
  /** How many of its steps are in each state. */
  stepCounts: z.partialRecord(StepRunState, z.number().int()),
})
export type PipelineRun = z.output<typeof PipelineRun>

/** A file a step wrote or reads. */
export const StepFile = z.object({ path: z.string(), digest: z.string(), sizeBytes: z.number() })
export type StepFile = z.output<typeof StepFile>

export const StepInput = z.object({
  name: z.string(),
  /** The reference as written in the definition. */
  ref: z.string(),
  kind: z.enum(['dataset', 'model', 'files']),
  /** What it was pinned to: a dataset version, a model version; absent for plain files and for an absent optional input. */
  versionId: z.string().optional(),
  /** `flights@3`, `flight-delay/2`. */
  label: z.string().optional(),
  /** Digest of the content; what the cache compares. */
  digest: z.string().optional(),
  /** The step run of this run that made it. */
  stepRunId: z.string().optional(),
  /** True for an optional input that did not exist when the run started. */
  isMissing: z.boolean().optional(),
})
export type StepInput = z.output<typeof StepInput>

export const StepOutput = z.object({
  name: z.string(),
  kind: z.enum(['dataset', 'model', 'files']),
  versionId: z.string().optional(),
  label: z.string().optional(),
  digest: z.string(),
  files: z.array(StepFile),
})
export type StepOutput = z.output<typeof StepOutput>

export const attemptStates = ['running', 'succeeded', 'failed', 'lost', 'canceled'] as const
export const StepAttempt = z.object({
  attempt: z.number().int(),
  /** lost: the server died while it ran; such an attempt does not use up a retry. */
  state: z.enum(attemptStates),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  exitCode: z.number().int().optional(),
  signal: z.string().optional(),
  error: z.string().optional(),
  peakMemoryBytes: z.number().optional(),
  logBytes: z.number().optional(),
})
export type StepAttempt = z.output<typeof StepAttempt>

/** Why a step did not have to run, or why it had to. */
export const CacheVerdict = z.object({
  isHit: z.boolean(),
  /** `same code, command, parameters and inputs as str_… (flights-train, 2026-…)`, `the input features changed: …`. */
  reason: z.string(),
  /** The step run whose outputs are used. */
  stepRunId: z.string().optional(),
})
export type CacheVerdict = z.output<typeof CacheVerdict>

export const StepRun = z.object({
  id: z.string(),
  pipelineRunId: z.string(),
  name: z.string(),
  state: StepRunState,
  /** Names of the steps it waits for. */
  dependsOn: z.array(z.string()),
  /** Number of the newest attempt; 0 before the first. */
  attempt: z.number().int(),
  attempts: z.array(StepAttempt),
  inputs: z.array(StepInput),
  outputs: z.array(StepOutput),
  /** The tracking run that holds what the step logged. */
  runId: z.string().optional(),
  cache: CacheVerdict.optional(),
  error: z.string().optional(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
})
export type StepRun = z.output<typeof StepRun>

export const PipelineRunDetail = PipelineRun.extend({ steps: z.array(StepRun) })
export type PipelineRunDetail = z.output<typeof PipelineRunDetail>

/** What a run would do, step by step, without doing it. */
export const StepPlan = z.object({
  name: z.string(),
  /** unknown: an input comes from a step that will run, so its content is not known yet. */
  verdict: z.enum(['cached', 'runs', 'unknown']),
  reason: z.string(),
})
export type StepPlan = z.output<typeof StepPlan>

export function isStepEnded(state: StepRunState): boolean {
  return state !== 'waiting' && state !== 'queued' && state !== 'running'
}

export function isRunEnded(state: PipelineRunState): boolean {
  return state !== 'running' && state !== 'canceling'
}

export const pipelineErrors = defineErrors({
  pipeline_invalid: ['invalid', 'The pipeline {pipeline} is not valid: {problems}.'],
  pipeline_not_found: ['not_found', 'There is no pipeline {pipeline}.{near}', 'slipway pipelines list'],
  pipeline_source_missing: [
    'invalid',
    'The source file {path} of pipeline {pipeline} is not stored: there is no blob {digest}.',
    'Upload it with PUT /v1/blobs first.',
  ],
  pipeline_run_not_found: ['not_found', 'There is no pipeline run {id}.', 'slipway pipelines runs list'],
  pipeline_step_not_found: ['not_found', 'Pipeline run {id} has no step {step}; it has {known}.'],
  pipeline_parameters_invalid: ['invalid', 'The parameters do not fit pipeline {pipeline}: {problems}.'],
  pipeline_input_missing: [
    'not_found',
    'Step {step} of pipeline {pipeline} reads {ref}, which does not exist: {problem}',
    'Create it first, or mark the input as optional with a "?" at its end.',
  ],
  pipeline_run_ended: ['conflict', 'Pipeline run {id} has already {state}.'],
  pipeline_run_not_failed: [
    'conflict',
    'Pipeline run {id} is {state}; only a failed or canceled run can be retried.',
    'slipway pipelines runs start {pipeline}',
  ],
  reproduction_impossible: ['conflict', 'Model version {version} cannot be reproduced: {problem}.'],
  reproduction_not_found: ['not_found', 'There is no reproduction {id}.', 'slipway models reproduce <model@alias>'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof pipelineErrors> {}
}
