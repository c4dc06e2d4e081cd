import type { JobDefinition, JobHandler } from '../../kernel/job.ts'
import type { Tx } from '../db/index.ts'

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'

export interface Job {
  readonly id: string
  readonly type: string
  readonly payload: unknown
  readonly state: JobState
  /** Attempts begun since it was last enqueued. */
  readonly attempt: number
  readonly token: number
  readonly dueAt: number
  readonly error?: string | undefined
}

/** One ended attempt. `lost`: its worker died or lost the lease; `released`: the server stopped and gave it back. */
export interface JobAttempt {
  readonly token: number
  readonly outcome: 'succeeded' | 'failed' | 'canceled' | 'lost' | 'released'
  readonly startedAt: number
  readonly endedAt: number
  readonly error?: string | undefined
}

export interface EnqueueOptions {
  /**
   * At most one job of this type and key is alive. While one is queued, enqueueing changes nothing (an earlier `at` wins).
   * While one runs, it is run once more after it ends, with the new payload: what it read may be older than what the
   * caller wants done. Both answer that job's id.
   */
  readonly dedupe?: string
  /** Epoch ms before which it is not claimed; default now. */
  readonly at?: number
  /** Higher first; default 0. */
  readonly priority?: number
}

/**
 * Work as rows of the database, done once at least:
 *
 * Concurrency: any number of callers and, in a shared database, of workers. One worker at a time holds a job, under a
 * lease with a fencing token; one that lost its lease can write nothing more about it.
 * Ownership: a type of job has one handler, of the module that defines it. Jobs have no order but priority and time.
 * Consistency: a job is there exactly when the transaction that enqueued it is. It may begin again after a crash, so a
 * handler checks what is done already before it acts. It runs in the name of who enqueued it, or of its module.
 * Durability: as the database's. An attempt that failed is repeated as its definition says; each that ended is a row.
 */
export interface Jobs {
  /** Throws what the definition's schema says when the payload does not fit. */
  enqueue<Payload>(
    tx: Tx,
    definition: JobDefinition<Payload>,
    payload: Payload,
    options?: EnqueueOptions,
  ): Promise<string>
  /**
   * Cancels a job that has not ended and answers whether there was one. A queued job never runs. A running one has its
   * signal aborted and stays `running` until its handler has settled or its lease has run out; then it is `canceled`,
   * unless the handler succeeded all the same.
   */
  cancel(tx: Tx, jobId: string): Promise<boolean>
  find(jobId: string): Promise<Job | undefined>
  /** Ended attempts, oldest first. */
  listAttempts(jobId: string): Promise<JobAttempt[]>
  /** Registers the one handler of a type; call before `start`. */
  handle(handler: JobHandler): void
  start(): Promise<void>
  /** Stops claiming and waits for running handlers up to `graceMs`, then aborts them; their jobs go back to the queue. */
  stop(graceMs: number): Promise<void>
  /** Resolves when nothing of the handled types is due or running. For tests and drains. */
  settled(): Promise<void>
}

/** Reason of an aborted signal: the job was canceled. */
export class JobCanceled extends Error {
  override readonly name = 'JobCanceled'
}

/** Reason of an aborted signal: the server stops; the job goes back to the queue and the attempt does not count. */
export class ServerStopping extends Error {
  override readonly name = 'ServerStopping'
}

/** Reason of an aborted signal: another worker may hold the job now; nothing written on its behalf will be kept. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
