import { createArtifacts } from './artifacts/artifacts.ts'
import { createBundledFiles } from './bundles/bundled-files.ts'
import { createRunBundles } from './bundles/run-bundles.ts'
import { createTraceBundles } from './bundles/trace-bundles.ts'
import type { TrackingContext } from './context.ts'
import { createErasure } from './erasure/erasure.ts'
import { createEvaluationSets } from './evaluations/evaluation-sets.ts'
import { createExperimentFolders } from './experiments/experiment-folders.ts'
import { createExperiments } from './experiments/experiments.ts'
import { createForks } from './forks/forks.ts'
import { createLoggedModels } from './logged-models/logged-models.ts'
import { createLogging } from './logging/logging.ts'
import { createLinks } from './runs/links.ts'
import { createManyRuns } from './runs/run-bulk.ts'
import { createRunMoves } from './runs/run-move.ts'
import { createRuns } from './runs/runs.ts'
import type { Tracking } from './service.ts'
import { createTraces } from './traces/traces.ts'
import { createWatches } from './watches/watches.ts'

export function createTracking(ctx: TrackingContext): Tracking {
  const experiments = createExperiments(ctx)
  const runs = createRuns(ctx)
  const links = createLinks(ctx)
  const artifacts = createArtifacts(ctx)
  const watches = createWatches(ctx)
  const traces = createTraces(ctx)
  const logging = createLogging(ctx, watches)
  const files = createBundledFiles(ctx, artifacts)
  return {
    ...experiments,
    ...createExperimentFolders(ctx),
    ...runs,
    ...createManyRuns(ctx),
    ...createRunMoves(ctx),
    ...links,
    ...artifacts,
    ...watches.door,
    ...createLoggedModels(ctx),
    ...traces,
    ...createEvaluationSets(ctx),
    ...logging,
    ...createForks(ctx, runs),
    ...createRunBundles(ctx, { runs, logging, files, links }),
    ...createTraceBundles(ctx, traces, files),
    ...createErasure(ctx, experiments),
  }
}
