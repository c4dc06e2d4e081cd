import { createSlipway, createTransport, type SlipwayOptions } from '../../sdk/index.ts'
import type { Ledger } from './ledger.ts'
import { sendExperiments } from './send-experiments.ts'
import { countWaitingVersions, type NumberedVersion, sendModels } from './send-models.ts'
import { sendRuns, type WaitingRun, waitingRuns } from './send-runs.ts'
import { countWaitingTraces, sendTraces } from './send-traces.ts'
import { noCounts, type Refusal, type SyncContext, type SyncCounts } from './sync-context.ts'

export interface SyncOptions {
  readonly from: ServerAt
  readonly to: ServerAt
  readonly ledger: Ledger
  readonly pathOf: (digest: string) => string
  readonly signal: AbortSignal
  readonly onProgress?: (sent: SyncCounts) => void
}

export type ServerAt = SlipwayOptions & { readonly url: string }

export interface Synced {
  readonly sent: SyncCounts
  /** Versions of models that this sending added. */
  readonly versions: readonly NumberedVersion[]
  readonly refusals: readonly Refusal[]
}

/** What a server does not have yet. */
export interface Waiting {
  readonly runs: readonly WaitingRun[]
  readonly versions: number
  readonly traces: number
}

/**
 * Sends what the server does not have: experiments, runs, their files and points, versions of models, traces. May be
 * ended and begun again at any moment. Throws when the server does not answer.
 */
export async function sync(options: SyncOptions): Promise<Synced> {
  const context = contextOf(options)
  const targets = await sendExperiments(context)
  await sendRuns(context, targets)
  await sendTraces(context, targets)
  const versions = await sendModels(context)
  return { sent: context.sent, versions, refusals: context.refusals }
}

/** Asks only the spool and its memory of what the server acknowledged. */
export async function waiting(options: Omit<SyncOptions, 'to'>): Promise<Waiting> {
  const context = contextOf({ ...options, to: options.from })
  const names = new Map<string, string>()
  for await (const { id, name } of context.from.experiments.list({ limit: 500, lifecycle: 'all' })) names.set(id, name)
  return {
    runs: await waitingRuns(context, (id) => names.get(id) ?? id),
    versions: await countWaitingVersions(context),
    traces: await countWaitingTraces(context),
  }
}

export function isEmpty({ runs, versions, traces }: Waiting): boolean {
  return runs.length === 0 && versions === 0 && traces === 0
}

function contextOf({ from, to, ledger, pathOf, signal, onProgress }: SyncOptions): SyncContext {
  const sent = noCounts()
  return {
    from: createSlipway(from),
    to: createSlipway(to),
    send: createTransport(to).raw,
    ledger,
    pathOf,
    signal,
    sent,
    refusals: [],
    onProgress: () => onProgress?.(sent),
  }
}
