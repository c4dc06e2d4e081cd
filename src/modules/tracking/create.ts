import { createArtifacts } from './artifacts/artifacts.ts'
import { createBundledFiles } from './bundles/bundled-files.ts'
import { createRunBundles } from './bundles/run-bundles.ts'
import { createTraceBundles } from './bundles/trace-bundles.ts'
import type { TrackingContext } from './context.ts'
import { createEvaluationSets } from './evaluations/evaluation-sets.ts'
import { createExperimentFolders } from './experiments/experiment-folders.ts'
import { createExperiments } from './experiments/experiments.ts'
import { createLoggedModels } from './logged-models/logged-models.ts'
import { createBatches } from './metrics/batches.ts'
import { createLinks } from './runs/links.ts'
import { createBulkChanges } from './runs/run-bulk.ts'
import { createForks } from './runs/run-fork.ts'
import { createRunMoves } from './runs/run-move.ts'
import { artifactDigests } from './runs/run-store.ts'
import { createRuns } from './runs/runs.ts'
import type { Tracking } from './service.ts'
import { createTraces } from './traces/traces.ts'
import { createWatches } from './watches/watches.ts'

export function createTracking(ctx: TrackingContext): Tracking {
  const runs = createRuns(ctx)
  const watches = createWatches(ctx)
  const batches = createBatches(ctx, watches)
  const artifacts = createArtifacts(ctx)
  const links = createLinks(ctx)
  const traces = createTraces(ctx)
  const files = createBundledFiles(ctx, artifacts)
  return {
    ...createExperiments(ctx),
    ...createExperimentFolders(ctx),
    ...runs,
    ...createRunMoves(ctx),
    ...createBulkChanges(ctx),
    ...createForks(ctx, runs),
    ...createRunBundles(ctx, { runs, batches, files, links }),
    ...batches,
    ...watches.door,
    ...artifacts,
    ...links,
    ...createLoggedModels(ctx),
    ...traces,
    ...createTraceBundles(ctx, traces, files),
    ...createEvaluationSets(ctx),
    artifactDigests: () => artifactDigests(ctx.db.read),
  }
}
