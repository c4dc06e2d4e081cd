import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Operation } from '../../kernel/operation.ts'
import { operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Source } from '../../kernel/source.ts'
import { Parameters, PipelineDefinition, PipelineName } from './definition.ts'
import {
  Pipeline,
  PipelineDetail,
  PipelineRun,
  PipelineRunDetail,
  PipelineRunState,
  PipelineVersion,
  StepPlan,
  Trigger,
} from './model.ts'
import { renderPipeline, renderRun, renderRuns } from './render.ts'
import { reproductionOperations } from './reproduction-operations.ts'
import type { PipelineService } from './service.ts'

/** The end of a log is shown from at most this many bytes. */
const largestTailBytes = 1024 ** 2
const runId = z.string().describe('Id of the pipeline run (plr_…).')
const startFields = {
  pipeline: PipelineName,
  parameters: Parameters.optional().describe('Values that replace the defaults of this run.'),
  cache: z.boolean().default(true).describe('false: every step runs, whatever the cache holds.'),
}

/** `--no-cache` on the command line, `useCache` on the run. */
function toStart<Input extends { readonly cache: boolean }>({ cache, ...rest }: Input) {
  return { ...rest, useCache: cache }
}

const pipelineOperations: readonly Operation<PipelineService>[] = [
  operation({
    name: 'pipelines.list',
    http: 'GET /v1/pipelines',
    summary: 'List pipelines by name.',
    input: z.object(pageQuery),
    output: pageOf(Pipeline),
    allow: 'pipelines:read',
    subject: 'pipelines',
    run: (service: PipelineService, input) => service.listPipelines(input),
  }),
  operation({
    name: 'pipelines.get',
    http: 'GET /v1/pipelines/{pipeline}',
    summary: 'Show a pipeline with its newest version.',
    input: z.object({ pipeline: z.string().describe('Name or id.') }),
    output: PipelineDetail,
    errors: ['pipeline_not_found'],
    allow: 'pipelines:read',
    subject: 'pipeline:{pipeline}',
    cli: { render: renderPipeline },
    run: (service: PipelineService, input) => service.getPipeline(input.pipeline),
  }),
  operation({
    name: 'pipelines.apply',
    http: 'POST /v1/pipelines',
    summary: 'Create a pipeline, or a new version of it when something changed.',
    input: z.object({ definition: PipelineDefinition, source: Source.optional() }),
    output: PipelineVersion,
    errors: ['pipeline_invalid', 'pipeline_source_missing'],
    allow: 'pipelines:write',
    subject: ({ definition }) => `pipeline:${definition.name}`,
    run: (service: PipelineService, input) => service.applyPipeline(input),
  }),
  operation({
    name: 'pipelines.versions.list',
    http: 'GET /v1/pipelines/{pipeline}/versions',
    summary: 'List the versions of a pipeline, newest first.',
    input: z.object({ pipeline: z.string().describe('Name or id.') }),
    output: z.object({ items: z.array(PipelineVersion) }),
    errors: ['pipeline_not_found'],
    allow: 'pipelines:read',
    subject: 'pipeline:{pipeline}',
    run: async (service: PipelineService, input) => ({ items: await service.listVersions(input.pipeline) }),
  }),
  operation({
    name: 'pipelines.plan',
    http: 'POST /v1/pipelines/{pipeline}/plan',
    summary: 'Show what a run would do and what the cache already holds, without running anything.',
    input: z.object(startFields),
    output: z.object({ steps: z.array(StepPlan) }),
    errors: ['pipeline_not_found', 'pipeline_parameters_invalid', 'pipeline_input_missing'],
    allow: 'pipelines:read',
    subject: 'pipeline:{pipeline}',
    run: async (service: PipelineService, input) => ({ steps: await service.planRun(toStart(input)) }),
  }),
]

const runOperations: readonly Operation<PipelineService>[] = [
  operation({
    name: 'pipelines.runs.start',
    http: 'POST /v1/pipelines/{pipeline}/runs',
    summary: 'Start a run of the newest version.',
    input: z.object({
      ...startFields,
      trigger: Trigger.extend({ kind: Trigger.shape.kind.exclude(['reproduction']) }).optional(),
      key: z.string().max(200).optional().describe('Starting again with the same key answers the same run.'),
    }),
    output: PipelineRunDetail,
    errors: ['pipeline_not_found', 'pipeline_parameters_invalid', 'pipeline_input_missing'],
    allow: 'pipelines:write',
    subject: 'pipeline:{pipeline}',
    status: 201,
    cli: { render: renderRun },
    run: (service: PipelineService, input) => service.startRun(toStart(input)),
  }),
  operation({
    name: 'pipelines.runs.list',
    http: 'GET /v1/pipeline-runs',
    summary: 'List pipeline runs, newest first.',
    input: z.object({
      ...pageQuery,
      pipeline: z.string().optional().describe('Only runs of this pipeline (name or id).'),
      state: PipelineRunState.optional(),
    }),
    output: pageOf(PipelineRun),
    errors: ['pipeline_not_found'],
    allow: 'pipelines:read',
    subject: 'pipelineRuns',
    cli: { render: renderRuns },
    run: (service: PipelineService, input) => service.listRuns(input),
  }),
  operation({
    name: 'pipelines.runs.get',
    http: 'GET /v1/pipeline-runs/{id}',
    summary: 'Show a run with its steps: states, attempts, timings, inputs, outputs, and what the cache said.',
    input: z.object({ id: runId }),
    output: PipelineRunDetail,
    errors: ['pipeline_run_not_found'],
    allow: 'pipelines:read',
    subject: 'pipelineRun:{id}',
    cli: { render: renderRun },
    run: (service: PipelineService, input) => service.getRun(input.id),
  }),
  operation({
    name: 'pipelines.runs.cancel',
    http: 'POST /v1/pipeline-runs/{id}/cancel',
    summary: 'Cancel a run: what waits never starts, what runs is ended with all its processes.',
    input: z.object({ id: runId }),
    output: PipelineRunDetail,
    errors: ['pipeline_run_not_found', 'pipeline_run_ended'],
    allow: 'pipelines:write',
    subject: 'pipelineRun:{id}',
    cli: { render: renderRun },
    run: (service: PipelineService, input) => service.cancelRun(input.id),
  }),
  operation({
    name: 'pipelines.runs.retry',
    http: 'POST /v1/pipeline-runs/{id}/retry',
    summary: 'Run a failed run again from where it failed, with the same inputs.',
    input: z.object({ id: runId }),
    output: PipelineRunDetail,
    errors: ['pipeline_run_not_found', 'pipeline_run_not_failed'],
    allow: 'pipelines:write',
    subject: 'pipelineRun:{id}',
    status: 201,
    cli: { render: renderRun },
    run: (service: PipelineService, input) => service.retryRun(input.id),
  }),
  operation({
    name: 'pipelines.runs.logs',
    http: 'GET /v1/pipeline-runs/{id}/logs',
    summary: 'Print the end of a step’s log.',
    description: 'GET /v1/pipeline-runs/{id}/steps/{step}/log streams the whole log and can follow it.',
    input: z.object({
      id: runId,
      step: z.string().describe('Name of the step.'),
      attempt: z.coerce.number().int().min(1).optional().describe('Which attempt; the newest by default.'),
      lines: z.coerce.number().int().min(1).max(10_000).default(200).describe('How many lines from the end.'),
    }),
    output: z.object({ stepRunId: z.string(), attempt: z.number().int(), lines: z.array(z.string()) }),
    errors: ['pipeline_run_not_found', 'pipeline_step_not_found'],
    allow: 'pipelines:read',
    subject: 'pipelineRun:{id}',
    cli: { args: ['id', 'step'], render: (output) => output.lines.join('\n') },
    run: async (service: PipelineService, input) => {
      const log = await service.openLog({ ...input, tailBytes: largestTailBytes })
      const lines = (await text(log.body)).replace(/\n$/, '').split('\n').slice(-input.lines)
      return { stepRunId: log.stepRunId, attempt: log.attempt, lines }
    },
  }),
]

export const operations: readonly Operation<PipelineService>[] = [
  ...pipelineOperations,
  ...runOperations,
  ...reproductionOperations,
]
