import type { Artifacts } from './artifacts/artifacts.ts'
import type { RunBundles } from './bundles/run-bundles.ts'
import type { TraceBundles } from './bundles/trace-bundles.ts'
import type { Erasure } from './erasure/erasure.ts'
import type { EvaluationSets } from './evaluations/evaluation-sets.ts'
import type { ExperimentFolders } from './experiments/experiment-folders.ts'
import type { Experiments } from './experiments/experiments.ts'
import type { Forks } from './forks/forks.ts'
import type { LoggedModels } from './logged-models/logged-models.ts'
import type { Logging } from './logging/logging.ts'
import type { Links } from './runs/links.ts'
import type { ManyRuns } from './runs/run-bulk.ts'
import type { RunMoves } from './runs/run-move.ts'
import type { Runs } from './runs/runs.ts'
import type { Traces } from './traces/traces.ts'
import type { Watches } from './watches/watches.ts'

/**
 * The door of tracking. Writing functions take an open transaction as last argument when the caller has more to make
 * true together with them; without one they open their own. References to experiments are ids or names.
 */
export interface Tracking
  extends Experiments,
    ExperimentFolders,
    Runs,
    ManyRuns,
    RunMoves,
    Links,
    Artifacts,
    Watches,
    LoggedModels,
    Traces,
    EvaluationSets,
    Logging,
    Forks,
    RunBundles,
    TraceBundles,
    Erasure {}
