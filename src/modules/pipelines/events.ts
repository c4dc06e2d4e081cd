import { z } from 'zod'
import { defineEvent } from '../../kernel/event.ts'
import { Trigger } from './model.ts'

export const runStarted = defineEvent(
  'pipelines.run.started',
  'A pipeline run began; its inputs are pinned.',
  z.object({
    pipelineRunId: z.string(),
    pipelineId: z.string(),
    pipeline: z.string(),
    versionId: z.string(),
    trigger: Trigger,
  }),
  { sentence: 'Pipeline {pipeline} started' },
)

export const runFinished = defineEvent(
  'pipelines.run.finished',
  'A pipeline run reached its end, with the model versions its steps made or reused from the cache.',
  z.object({
    pipelineRunId: z.string(),
    pipelineId: z.string(),
    pipeline: z.string(),
    versionId: z.string(),
    state: z.enum(['succeeded', 'failed', 'canceled']),
    trigger: Trigger,
    modelVersionIds: z.array(z.string()),
    error: z.string().optional(),
  }),
  { sentence: 'Pipeline {pipeline} {state}' },
)

export const stepFinished = defineEvent(
  'pipelines.step.finished',
  'A step run ended. Inputs and outputs are ids of dataset versions and model versions.',
  z.object({
    stepRunId: z.string(),
    pipelineRunId: z.string(),
    pipeline: z.string(),
    step: z.string(),
    state: z.enum(['succeeded', 'failed', 'skipped', 'canceled']),
    inputs: z.array(z.string()),
    outputs: z.array(z.string()),
    /** Step runs whose plain files it read. */
    upstreamStepRunIds: z.array(z.string()),
    runId: z.string().optional(),
    sourceDigest: z.string().optional(),
    commit: z.string().optional(),
    /** The step run whose outputs were reused, when the cache had them. */
    cachedFrom: z.string().optional(),
  }),
  { sentence: ['{cachedFrom, if}Step {step} of {pipeline} was reused', 'Step {step} of {pipeline} {state}'] },
)
