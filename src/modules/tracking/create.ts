import { createArtifacts } from './artifacts.ts'
import { createBatches } from './batches.ts'
import type { TrackingContext } from './context.ts'
import { createEvaluationSets } from './evaluation-sets.ts'
import { createExperiments } from './experiments.ts'
import { createLinks } from './links.ts'
import { createLoggedModels } from './logged-models.ts'
import { createBulkChanges } from './run-bulk.ts'
import { createForks } from './run-fork.ts'
import { createRunMoves } from './run-move.ts'
import { artifactDigests } from './run-store.ts'
import { createRuns } from './runs.ts'
import type { Tracking } from './service.ts'
import { createTraces } from './traces.ts'
import { createWatches } from './watches.ts'

export function createTracking(ctx: TrackingContext): Tracking {
  const runs = createRuns(ctx)
  const watches = createWatches(ctx)
  return {
    ...createExperiments(ctx),
    ...runs,
    ...createRunMoves(ctx),
    ...createBulkChanges(ctx),
    ...createForks(ctx, runs),
    ...createBatches(ctx, watches),
    ...watches.door,
    ...createArtifacts(ctx),
    ...createLinks(ctx),
    ...createLoggedModels(ctx),
    ...createTraces(ctx),
    ...createEvaluationSets(ctx),
    artifactDigests: () => artifactDigests(ctx.db.read),
  }
}
