import type { JobHandler } from '../../kernel/job.ts'
import { JobCanceled, LeaseLost } from './jobs.ts'
import type { JobRow } from './tables.ts'

const defaultLeaseMs = 30_000
const defaultConcurrency = 4

/** A claimed job whose handler runs here, or has run and waits for its outcome to be committed. */
export interface RunningJob {
  readonly row: JobRow
  readonly abort: AbortController
  leaseUntil: number
}

export interface HandledType {
  readonly handler: JobHandler
  readonly leaseMs: number
  readonly concurrency: number
  /** False from the moment a claim begins until it proves full or someone enqueues: the queue is empty as far as we know. */
  isHungry: boolean
}

export function handledType(handler: JobHandler): HandledType {
  const { leaseMs = defaultLeaseMs, concurrency = defaultConcurrency } = handler.definition
  return { handler, leaseMs, concurrency, isHungry: true }
}

/** The jobs this process holds, by id. */
export class RunningJobs {
  readonly #jobs = new Map<string, RunningJob>()

  get size(): number {
    return this.#jobs.size
  }

  add(row: JobRow): RunningJob {
    const job = { row, abort: new AbortController(), leaseUntil: row.leaseUntil ?? 0 }
    this.#jobs.set(row.id, job)
    return job
  }

  holds(job: RunningJob): boolean {
    return this.#jobs.get(job.row.id) === job
  }

  remove(id: string, token: number): void {
    if (this.#jobs.get(id)?.row.token === token) this.#jobs.delete(id)
  }

  count(type: string): number {
    let count = 0
    for (const job of this.#jobs.values()) if (job.row.type === type) count += 1
    return count
  }

  all(): RunningJob[] {
    return [...this.#jobs.values()]
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.abort.abort(new JobCanceled('the job was canceled'))
  }

  /** The lease went to someone else, or could not be renewed in time. */
  lose(job: RunningJob): void {
    if (!this.holds(job)) return
    this.#jobs.delete(job.row.id)
    job.abort.abort(new LeaseLost(`the lease of job ${job.row.id} is lost`))
  }
}
