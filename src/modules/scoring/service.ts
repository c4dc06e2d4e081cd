import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Batch, StartBatch } from './batches/model.ts'
import type { Conversion, StartConversion } from './conversions/model.ts'
import type { ExportedPredictions, ExportPredictions } from './exports/model.ts'
import type { Difference } from './model.ts'
import type { Replay, ReplayEndListener, StartReplay } from './replays/model.ts'
import type { Shadow, ShadowReport, StartShadow } from './shadows/model.ts'

/** A page of what belongs to deployments, or to one. */
export interface PageOf {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly deployment?: string | undefined
}

/** Runs of a model off the live path, each in a process of its own: what they do there, nobody who is served notices. */
export interface Scoring extends ReplaysService, BatchesService, ShadowsService, ConversionsService {}

export interface ReplaysService {
  /** Recorded requests through a version; see Replay. `also` is written in the transaction that starts it. */
  startReplay(input: StartReplay, also?: (tx: Tx, replay: Replay) => Promise<void>): Promise<Replay>
  getReplay(id: string): Promise<Replay>
  listReplays(query: PageOf): Promise<Page<Replay>>
  replayDifferences(id: string, limit: number): Promise<{ items: Difference[] }>
  cancelReplay(id: string): Promise<Replay>
  onReplayEnd(listener: ReplayEndListener): void
}

export interface BatchesService {
  /** Recorded predictions as a dataset version. */
  exportPredictions(input: ExportPredictions): Promise<ExportedPredictions>
  /** A dataset version through a model version; see Batch. */
  startBatch(input: StartBatch): Promise<Batch>
  getBatch(id: string): Promise<Batch>
  listBatches(query: { limit: number; cursor?: string | undefined }): Promise<Page<Batch>>
  cancelBatch(id: string): Promise<Batch>
}

export interface ShadowsService {
  /** A version gets copies of requests after they are answered; see Shadow. */
  startShadow(input: StartShadow): Promise<Shadow>
  getShadow(id: string): Promise<ShadowReport>
  listShadows(query: PageOf): Promise<Page<Shadow>>
  shadowDifferences(id: string, limit: number): Promise<{ items: Difference[] }>
  stopShadow(id: string): Promise<Shadow>
}

export interface ConversionsService {
  /** A Python version as ONNX, where it answers as before; see Conversion. */
  startConversion(input: StartConversion): Promise<Conversion>
  getConversion(id: string): Promise<Conversion>
  listConversions(query: {
    limit: number
    cursor?: string | undefined
    model?: string | undefined
  }): Promise<Page<Conversion>>
  /** What deployments of its version load. */
  changeRuntime(id: string, runtime: 'onnx' | 'python'): Promise<Conversion>
}
