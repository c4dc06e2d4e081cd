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
import { z } from 'zod'
import { configKey } from '../../kernel/config.ts'
import { defineModule } from '../../platform/platform.ts'
import { datasets } from '../datasets/index.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { createContext } from './context.ts'
import { createPipelines, jobHandlers } from './create.ts'
import { runFinished, runStarted, stepFinished } from './events.ts'
import { pipelineLineage } from './lineage.ts'
import { logRoutes } from './logs.ts'
import { operations } from './operations.ts'
import { pipelineResource } from './project-section.ts'
import { migrations } from './tables.ts'
import { blobRoots, removeOldFolders } from './upkeep.ts'
import { prepareFolder } from './workspace.ts'

export { Source, SourceFile } from '../../kernel/source.ts'
export {
  type Parameters,
  PipelineDefinition,
  type PipelineDefinitionInput,
  PipelineName,
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
export {
  EnvironmentChange,
  FileChange,
  MetricChange,
  ReproducedStep,
  Reproduction,
  ReproductionState,
} from './reproduction.ts'
export type { ApplyPipeline, PipelineService, RunQuery, StartReproduction, StartRun, StepLog } from './service.ts'

const concurrency = configKey(
  z.coerce.number().int().min(1).max(256).default(4),
  'How many pipeline steps run at the same time on this server; more wait in the queue.',
)

export const pipelines = defineModule({
  name: 'pipelines',
  needs: { datasets, tracking, registry },
  config: { concurrency },
  migrations,
  events: [runStarted, runFinished, stepFinished],
  operations,
  create: (env) => {
    const ctx = createContext(env)
    return { door: createPipelines(ctx), ctx, concurrency: env.config.concurrency }
  },
  routes: ({ ctx }) => logRoutes(ctx),
  jobs: ({ ctx, concurrency }) => jobHandlers(ctx, concurrency),
  declares: { resources: [pipelineResource], lineage: pipelineLineage },
  blobRoots: ({ ctx }) => blobRoots(ctx),
  start: async ({ ctx }) => {
    await prepareFolder(ctx)
    await removeOldFolders(ctx)
  },
})
