import type { z } from 'zod'

/** A kind of background work. The row is enqueued in the caller's transaction; a worker claims it under a lease. */
export interface JobDefinition<Payload> {
  /** `module.verb`: `pipelines.runStep`. */
  readonly type: string
  readonly payload: z.ZodType<Payload>
  /** How often it is tried before it counts as failed; default 5. */
  readonly attempts?: number
  /** A silent worker loses the job after this long; default 30 000 ms. Heartbeats are automatic while the handler runs. */
  readonly leaseMs?: number
  /** How many of this type one process runs at once; default 4. */
  readonly concurrency?: number
  /** It runs in the name of its module and not of who enqueued it: what it decides, the server decides. */
  readonly isOwnAct?: boolean
}

export function defineJob<Schema extends z.ZodType>(
  type: string,
  payload: Schema,
  options: Omit<JobDefinition<unknown>, 'type' | 'payload'> = {},
): JobDefinition<z.output<Schema>> {
  return { type, payload: payload as unknown as z.ZodType<z.output<Schema>>, ...options }
}

/** What a handler knows about the job it holds. */
export interface JobRun<Payload> {
  readonly id: string
  readonly payload: Payload
  /** Attempt number, from 1. */
  readonly attempt: number
  /** A failure of this attempt is the end of the job. */
  readonly isLastAttempt: boolean
  /** Fencing token: grows with every claim of this job; writes on its behalf compare it. */
  readonly token: number
  /** Aborts when the lease is lost or the server drains. */
  readonly signal: AbortSignal
}

export interface JobHandler {
  readonly definition: JobDefinition<unknown>
  readonly run: (job: JobRun<unknown>) => Promise<void>
}

export function handleJob<Payload>(
  definition: JobDefinition<Payload>,
  run: (job: JobRun<Payload>) => Promise<void>,
): JobHandler {
  return { definition: definition as JobDefinition<unknown>, run: run as (job: JobRun<unknown>) => Promise<void> }
}
