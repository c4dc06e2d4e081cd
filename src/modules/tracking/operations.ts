import type { Operation } from '../../kernel/operation.ts'
import { artifactOperations } from './artifacts/artifact-operations.ts'
import { bundleOperations } from './bundles/bundle-operations.ts'
import { deleteExperiment, deleteRun, eraseRuns } from './erasure/erasure-operations.ts'
import { evaluationOperations } from './evaluations/evaluation-operations.ts'
import { folderOperations } from './experiments/experiment-folder-operations.ts'
import * as experiments from './experiments/experiment-operations.ts'
import { forkRun } from './forks/fork-operations.ts'
import { logBatch, metricOperations } from './logging/logging-operations.ts'
import { linkOperations } from './runs/link-operations.ts'
import { manyRunOperations } from './runs/run-many-operations.ts'
import * as runs from './runs/run-operations.ts'
import type { Tracking } from './service.ts'
import { traceOperations } from './traces/trace-operations.ts'
import { watchOperations } from './watches/watch-operations.ts'

export const operations: readonly Operation<Tracking>[] = [
  experiments.createExperiment,
  experiments.searchExperiments,
  experiments.getExperiment,
  experiments.updateExperiment,
  deleteExperiment,
  experiments.restoreExperiment,
  ...folderOperations,
  runs.createRun,
  runs.searchRuns,
  runs.getRun,
  runs.updateRun,
  deleteRun,
  runs.restoreRun,
  runs.moveRuns,
  forkRun,
  logBatch,
  ...manyRunOperations,
  eraseRuns,
  ...metricOperations,
  ...artifactOperations,
  ...linkOperations,
  ...bundleOperations,
  ...traceOperations,
  ...evaluationOperations,
  ...watchOperations,
]
