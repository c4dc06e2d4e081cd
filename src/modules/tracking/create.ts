import { createArtifacts } from './artifacts.ts'
import { createBatches } from './batches.ts'
import { createBundledFiles } from './bundled-files.ts'
import type { TrackingContext } from './context.ts'
import { createEvaluationSets } from './evaluation-sets.ts'
import { createExperimentFolders } from './experiment-folders.ts'
import { createExperiments } from './experiments.ts'
import { createLinks } from './links.ts'
import { createLoggedModels } from './logged-models.ts'
import { createBulkChanges } from './run-bulk.ts'
import { createRunBundles } from './run-bundles.ts'
import { createForks } from './run-fork.ts'
import { createRunMoves } from './run-move.ts'
import { artifactDigests } from './run-store.ts'
import { createRuns } from './runs.ts'
import type { Tracking } from './service.ts'
import { createTraceBundles } from './trace-bundles.ts'
import { createTraces } from './traces.ts'
import { createWatches } from './watches.ts'

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
