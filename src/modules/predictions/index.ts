/**
 * Predictions: every answer of a deployment as a row with its inputs and outputs, the label that says later what was true,
 * and the traffic by minute. Rows are made of the log files that workers append to, exactly once.
 *
 * Promises: what was answered becomes a row though processes die in between; a label that replaces another one keeps it as
 * history; who decides on predictions is told in the transaction that stored them. Emits `serving.predictions.ingested` and
 * `serving.labels.recorded`. Its tables may be read, and only read, by the modules that compare and decide.
 */
import { defineModule } from '../../platform/platform.ts'
import { registry } from '../registry/index.ts'
import { createPredictions } from './create.ts'
import { predictionLineage } from './lineage.ts'
import { labelsRecorded, predictionsIngested } from './model.ts'
import { predictionOperations } from './operations.ts'
import { predictionMigrations } from './tables.ts'

export { createFeatureNames } from './feature-names.ts'
export { createIngester, type Ingester } from './ingest.ts'
export {
  DeploymentTraffic,
  Label,
  LabelInput,
  ListPredictions,
  labelsRecorded,
  Prediction,
  type PredictionWindow,
  predictionErrors,
  predictionsIngested,
  RecordedLabels,
  Traffic,
  type WindowQuery,
  type WindowRow,
} from './model.ts'
export { createNewsBoard, type News, type NewsListener } from './news.ts'
export { classIndex, isSameClass, type Outcome, readOutcome } from './outcome.ts'
export { type LabeledOutcome, qualityOf } from './quality.ts'
export { type RecordedRow, shortFloat } from './rows.ts'
export type { PredictionLogReader, Predictions } from './service.ts'
export type { PredictionTables } from './tables.ts'
export { listTraffic, type TrafficCount } from './traffic-store.ts'

export const predictions = defineModule({
  name: 'predictions',
  needs: { registry },
  config: {},
  migrations: predictionMigrations,
  events: [predictionsIngested, labelsRecorded],
  operations: predictionOperations,
  create: ({ platform, needs }) => ({ door: createPredictions(platform, needs.registry) }),
  declares: { lineage: predictionLineage },
})
