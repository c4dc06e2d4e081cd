/**
 * Scoring: runs of a model off the live path. A shadow gets copies of live requests, a replay recorded ones, a batch the rows
 * of a dataset version; a conversion holds the ONNX form of a Python model against the model itself.
 *
 * Promises: each runs in a process of its own, with limits; what dies is begun again behind the last part that was stored.
 * Emits `serving.shadow.started`, `serving.shadow.stopped`, `serving.replay.ended`, `serving.dataset.made` and
 * `serving.model.converted`.
 */
import { defineModule } from '../../platform/platform.ts'
import { datasets } from '../datasets/index.ts'
import { predictions } from '../predictions/index.ts'
import { registry } from '../registry/index.ts'
import { servables } from '../servables/index.ts'
import { serving } from '../serving/index.ts'
import { datasetMade } from './batches/model.ts'
import { batchOperations } from './batches/operations.ts'
import { modelConverted } from './conversions/model.ts'
import { conversionOperations } from './conversions/operations.ts'
import { createScoring } from './create.ts'
import { exportOperations } from './exports/operations.ts'
import { scoringLineage } from './lineage.ts'
import { replayEnded } from './replays/model.ts'
import { replayOperations } from './replays/operations.ts'
import { shadowStarted, shadowStopped } from './shadows/model.ts'
import { shadowOperations } from './shadows/operations.ts'
import { scoringMigrations } from './tables.ts'

export { Batch as ServingBatch, datasetMade } from './batches/model.ts'
export { Conversion, ConversionReport, ConversionRows, modelConverted, OutputParity } from './conversions/model.ts'
export { ExportedPredictions } from './exports/model.ts'
export { scoringMember } from './member.ts'
export { Difference, DifferenceSummary, scoringErrors } from './model.ts'
export { Replay, ReplayReport, replayEnded } from './replays/model.ts'
export type { Scoring } from './service.ts'
export { Shadow, ShadowReport, shadowStarted, shadowStopped } from './shadows/model.ts'

export const scoring = defineModule({
  name: 'scoring',
  needs: { datasets, registry, servables, predictions, serving },
  config: {},
  migrations: scoringMigrations,
  events: [replayEnded, datasetMade, modelConverted, shadowStarted, shadowStopped],
  operations: [
    ...shadowOperations,
    ...replayOperations,
    ...exportOperations,
    ...batchOperations,
    ...conversionOperations,
  ],
  create: ({ platform, needs }) => createScoring(platform, needs),
  declares: { lineage: scoringLineage },
  jobs: (inside) => inside.jobs,
  subscriptions: (inside) => inside.subscriptions,
  blobRoots: (inside) => inside.blobRoots(),
  stop: (inside) => inside.stop(),
})
