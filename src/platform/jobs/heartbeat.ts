import type { TypedDatabase } from '../db/index.ts'
import type { Clock, Log } from '../runtime/index.ts'
import { renewLeases } from './claim.ts'
import type { HandledType, RunningJob, RunningJobs } from './running.ts'
import type { JobTables } from './tables.ts'

export interface HeartbeatParts {
  readonly db: TypedDatabase<JobTables>
  readonly clock: Clock
  readonly log: Log
  /** Names this process among the owners of jobs; a new one at every start. */
  readonly owner: string
  /** No other process works on this database: running jobs of other owners are dead, and nothing needs polling. */
  readonly isSole: boolean
  readonly running: RunningJobs
  readonly types: ReadonlyMap<string, HandledType>
}

/** Renews the leases of running jobs, three times within each; there is no timer while nothing runs. */
export function createHeartbeat(parts: HeartbeatParts): { arm(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const periodMs = () => Math.min(...[...parts.types.values()].map((type) => type.leaseMs)) / 3

  function arm(): void {
    if (timer !== undefined || parts.running.size === 0) return
    timer = setTimeout(beat, periodMs())
  }

  async function beat(): Promise<void> {
    const jobs = parts.running.all()
    try {
      for (const [leaseMs, group] of Map.groupBy(jobs, (job) => parts.types.get(job.row.type)?.leaseMs ?? 0)) {
        await renew(group, leaseMs)
      }
    } catch (error) {
      parts.log.warn('jobs.heartbeat.failed', { error })
      const now = parts.clock.now()
      // Alone on the database nobody else can have taken the job, however late the renewal is.
      for (const job of jobs) if (!parts.isSole && job.leaseUntil <= now) parts.running.lose(job)
    }
    timer = undefined
    arm()
  }

  async function renew(jobs: readonly RunningJob[], leaseMs: number): Promise<void> {
    const leaseUntil = parts.clock.now() + leaseMs
    const ids = jobs.map((job) => job.row.id)
    const held = await parts.db.transaction((tx) => renewLeases(tx, { owner: parts.owner, ids, leaseUntil }))
    const byId = new Map(held.map((row) => [row.id, row]))
    for (const job of jobs) {
      const row = byId.get(job.row.id)
      if (row?.token !== job.row.token) parts.running.lose(job)
      else job.leaseUntil = leaseUntil
      if (row?.isCancelRequested === 1) parts.running.cancel(job.row.id)
    }
  }

  return { arm, stop: () => clearTimeout(timer) }
}
