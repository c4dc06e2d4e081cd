import type { Page } from '../../kernel/paging.ts'
import type {
  DeploymentTraffic,
  LabelInput,
  ListPredictions,
  Prediction,
  PredictionWindow,
  RecordedLabels,
  WindowQuery,
} from './model.ts'
import type { NewsListener } from './news.ts'

/**
 * What was predicted, with the labels that came later, and how much of it there was. A prediction is a row at most once,
 * and once its answer has left it becomes one whatever dies in between.
 */
export interface Predictions {
  listPredictions(query: ListPredictions): Promise<Page<Prediction>>
  getPrediction(id: string): Promise<Prediction>
  /** All rows for monitoring, read fast; see WindowQuery. */
  predictionWindow(query: WindowQuery): Promise<PredictionWindow>
  /** Event time of the version's first prediction at or after `from`; undefined when there is none. */
  nextEventAt(query: {
    readonly deployment: string
    readonly modelVersionId: string
    readonly from: number
  }): Promise<number | undefined>
  /** Last write wins; what it replaced is kept as history. */
  recordLabels(labels: readonly LabelInput[]): Promise<RecordedLabels>
  /** Counts, errors and latency per variant over `[from, to)`, in buckets of whole minutes; by default the last hour. */
  traffic(query: {
    readonly deployment: string
    readonly from?: number | undefined
    readonly to?: number | undefined
  }): Promise<DeploymentTraffic>
  /** Largest seq of a deployment's predictions; 0 without any. */
  lastSeq(deployment: string): Promise<number>
  /** Names of the columns of a version's matrix input, when they are known. */
  featureNames(modelVersionId: string): Promise<readonly string[] | undefined>
  /** Told in the transaction that stored predictions or labels; said once, by whoever decides on them. */
  onNews(listener: NewsListener): void
  /** Makes rows of every prediction that this host answered before now. */
  catchUp(): Promise<void>
  /** From here on rows are made of what the workers log; called once, by the module that has them. */
  openLog(log: PredictionLog): PredictionLogReader
}

export interface PredictionLog {
  readonly folder: string
  /** Whether other hosts answer predictions, too. */
  readonly hasOtherHosts: () => Promise<boolean>
}

export interface PredictionLogReader {
  /** Something was logged: it is read soon. Cheap. */
  wake(): void
  /** Reads what there is, and no more. */
  stop(): Promise<void>
}
