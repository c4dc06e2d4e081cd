/**
 * Background work as rows. A job is enqueued in the caller's transaction, claimed under a lease with a fencing token,
 * kept by heartbeats while its handler runs, retried with backoff, and its every attempt is recorded. A worker that dies
 * loses its lease and the job goes to another; a handler must therefore bear being run again.
 */
import type { JobDefinition, JobHandler } from '../../kernel/job.ts'
import type { Tx } from '../db/index.ts'

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'

export interface Job {
  readonly id: string
  readonly type: string
  readonly payload: unknown
  readonly state: JobState
  readonly attempt: number
  readonly token: number
  readonly dueAt: number
  readonly error?: string | undefined
}

export interface EnqueueOptions {
  /** While a job with this key is queued or running, enqueueing it again changes nothing and answers that job's id. */
  readonly dedupe?: string
  /** Epoch ms before which it is not claimed; default now. */
  readonly at?: number
  /** Higher first; default 0. */
  readonly priority?: number
}

export interface Jobs {
  enqueue<Payload>(
    tx: Tx,
    definition: JobDefinition<Payload>,
    payload: Payload,
    options?: EnqueueOptions,
  ): Promise<string>
  /** Cancels a job that has not ended: a queued one never runs, a running one has its signal aborted. */
  cancel(tx: Tx, jobId: string): Promise<boolean>
  find(jobId: string): Promise<Job | undefined>
  handle(handler: JobHandler): void
  start(): Promise<void>
  /** Stops claiming and waits for running handlers up to `graceMs`, then aborts them; their jobs go back to the queue. */
  stop(graceMs: number): Promise<void>
  /** Resolves when nothing is queued (due) or running. For tests and drains. */
  settled(): Promise<void>
}
