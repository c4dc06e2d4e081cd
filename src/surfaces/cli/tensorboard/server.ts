/** What the import asks of the server, each call safe to repeat. */
import { retry } from '../../../kernel/retry.ts'
import { type Experiment, isSlipwayError, type Run, type Transport } from '../../../sdk/index.ts'
import type { Point } from './entries.ts'

export interface ImportServer {
  ensureExperiment(name: string): Promise<Experiment>
  /** The run of this id, made when there is none. */
  ensureRun(run: NewRun): Promise<Run>
  storeFile(runId: string, path: string, bytes: Buffer): Promise<void>
  log(
    runId: string,
    batch: { metrics?: readonly Point[]; params?: Record<string, string>; tags?: Record<string, string> },
  ): Promise<void>
  /** Back to RUNNING: more came after the end. */
  resume(runId: string): Promise<void>
  finish(runId: string, status: 'FINISHED' | 'FAILED', endedAt: number): Promise<void>
}

export interface NewRun {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly startedAt: number
  readonly parentRunId?: string
  readonly source: { readonly type: string; readonly name: string }
}

export interface ImportServerOptions {
  readonly signal: AbortSignal
  /** How often a call is tried while the server cannot be reached or is busy. */
  readonly attempts: number
}

export function importServer(transport: Transport, { signal, attempts }: ImportServerOptions): ImportServer {
  const policy = { attempts, firstDelayMs: 200, maxDelayMs: 5_000, signal, shouldRetry: isPassing }
  const send = <T>(method: 'GET' | 'POST' | 'PATCH', path: string, input: object): Promise<T> =>
    retry(policy, () => transport.call<T>({ method, path }, input, { signal }))
  return {
    ensureExperiment: async (name) => {
      try {
        return await send<Experiment>('POST', '/v1/experiments', { name })
      } catch (error) {
        if (!isSlipwayError(error) || error.code !== 'experiment_exists') throw error
        return send<Experiment>('GET', '/v1/experiments/{experiment}', { experiment: name })
      }
    },
    ensureRun: (run) => send<Run>('POST', '/v1/runs', run),
    storeFile: async (runId, path, bytes) => {
      const headers = { 'content-type': 'application/octet-stream' }
      const body = new Uint8Array(bytes)
      const answer = await retry(policy, () => transport.raw('PUT', '/v1/blobs', { headers, body, signal }))
      const { digest, sizeBytes } = (await answer.json()) as { digest: string; sizeBytes: number }
      await send('POST', '/v1/runs/{runId}/artifacts', { runId, path, digest, sizeBytes })
    },
    log: async (runId, batch) => {
      await send('POST', '/v1/runs/{runId}/log', { runId, ...batch })
    },
    resume: async (runId) => {
      await send('PATCH', '/v1/runs/{runId}', { runId, status: 'RUNNING' })
    },
    finish: async (runId, status, endedAt) => {
      await send('PATCH', '/v1/runs/{runId}', { runId, status, endedAt })
    },
  }
}

/** No answer at all, too busy, or broken for now. */
function isPassing(error: unknown): boolean {
  return isSlipwayError(error) && (error.status === 0 || error.status === 429 || error.status >= 500)
}
