import { createHash } from 'node:crypto'
import { canonicalJson } from '../../kernel/json.ts'
import { type createSlipway, isSlipwayError, type Transport } from '../../sdk/index.ts'
import type { Ledger } from './ledger.ts'

export type Slipway = ReturnType<typeof createSlipway>

/** Something that a server would not take, while everything else goes on. */
export interface Refusal {
  /** `run run_01…`, `alias champion of churn`. */
  readonly what: string
  readonly code: string
  readonly detail: string
  readonly hint?: string
}

export interface SyncCounts {
  runs: number
  points: number
  files: number
  bytes: number
  versions: number
  traces: number
}

/** What sending works with, and what it found so far. */
export interface SyncContext {
  readonly from: Slipway
  readonly to: Slipway
  /** For bytes. */
  readonly send: Transport['raw']
  readonly ledger: Ledger
  /** Where the spool keeps the bytes with this digest. */
  readonly pathOf: (digest: string) => string
  readonly signal: AbortSignal
  readonly sent: SyncCounts
  readonly refusals: Refusal[]
  readonly onProgress: () => void
}

export const noCounts = (): SyncCounts => ({ runs: 0, points: 0, files: 0, bytes: 0, versions: 0, traces: 0 })

/** Equal values have equal marks. */
export function markOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 22)
}

/**
 * Does `work`; what the server refuses about this one thing becomes a refusal. A server that does not answer, or lets
 * nobody in, ends the sending.
 */
export async function refusing(context: SyncContext, what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!isSlipwayError(error) || !isAboutOneThing(error.status)) throw error
    const { code, message: detail, hint } = error
    context.refusals.push({ what, code, detail, ...(hint === undefined ? {} : { hint }) })
    return false
  }
}

function isAboutOneThing(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)
}
