import { actorOfColumn, type Principal, runAs, system } from '../../kernel/actor.ts'
import { backoffMs, sleep } from '../../kernel/retry.ts'
import { faultPoint } from '../runtime/index.ts'
import { claimJobs, nextDueAt, promoteDue } from './claim.ts'
import { finishJobs, type Outcome, pruneEnded } from './finish.ts'
import { createHeartbeat, type HeartbeatParts } from './heartbeat.ts'
import { JobCanceled, ServerStopping } from './jobs.ts'
import type { RunningJob } from './running.ts'
import type { JobRow } from './tables.ts'
import { takeBack } from './take-back.ts'

/** How often other replicas' rows are looked for; a process alone on its database is told of every row and never polls. */
const pollMs = 1_000
const pruneEveryMs = 3_600_000
const pruneBatch = 2_000
/** Wait after failed attempt k: uniform in [0, min(5 min, 1 s · 2^(k−1))]. */
const retryDelays = { firstDelayMs: 1_000, maxDelayMs: 300_000 }
// Two bound parameters a job: well below every database's limit, and a commit of this size takes a few milliseconds.
const finishBatch = 500
const longestTimerMs = 86_400_000

export interface WorkerParts extends HeartbeatParts {
  /** Ended jobs are forgotten after this long. */
  readonly keepEndedMs: number
}

/** Jobs of type `pipelines.runStep` are those of the module `pipelines`. */
export function moduleOf(type: string): Principal {
  return system(type.split('.')[0] ?? type)
}

/**
 * The loop: one transaction at a time writes the outcomes that have come in, takes what is due, and claims as much as
 * there are free slots. It runs when something happened (an enqueue committed, a handler ended, a timer fired), never idly.
 */
export class Worker {
  readonly #parts: WorkerParts
  readonly #heartbeat
  readonly #changed = new Set<() => void>()
  #outcomes: Outcome[] = []
  #state: 'new' | 'working' | 'draining' | 'stopped' = 'new'
  #round: Promise<void> | undefined
  #isSweepDue = false
  #nextWakeAt = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #lastPruneAt = 0

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#heartbeat = createHeartbeat(parts)
  }

  async start(): Promise<void> {
    const { db, clock, owner, isSole, log } = this.#parts
    if (isSole) {
      const count = await db.transaction((tx) => takeBack(tx, { notOwner: owner }, clock.now()))
      if (count > 0) log.info('jobs.taken_back', { count })
    }
    this.#state = 'working'
    this.#isSweepDue = true
    this.poke()
  }

  /** A job was enqueued by this process: claim it now, or set the timer for it. */
  wake(type: string, dueAt: number, isClaimable: boolean): void {
    if (dueAt > this.#parts.clock.now()) this.#wakeBy(dueAt)
    else {
      const handled = this.#parts.types.get(type)
      if (handled !== undefined) handled.isHungry = true
      // It was written as delayed and became due before its commit, or the live job that took it over was delayed.
      this.#isSweepDue ||= !isClaimable
      this.poke()
    }
  }

  /** Begins a round unless one is under way, which then is followed by another. */
  poke(): void {
    if (this.#state === 'new' || this.#state === 'stopped' || this.#round !== undefined) return
    this.#round = new Promise<void>((resume) => setImmediate(resume)).then(() => this.#rounds())
  }

  async #rounds(): Promise<void> {
    let delayMs = 0
    try {
      while (this.#hasReason()) await this.#oneRound()
    } catch (error) {
      this.#parts.log.error('jobs.round.failed', { error })
      this.#isSweepDue = true
      delayMs = pollMs
    }
    this.#round = undefined
    if (delayMs > 0) this.#wakeBy(this.#parts.clock.now() + delayMs)
    for (const resolve of this.#changed) resolve()
    this.#changed.clear()
  }

  #hasReason(): boolean {
    return this.#outcomes.length > 0 || (this.#state === 'working' && (this.#isSweepDue || this.#claims().length > 0))
  }

  #claims(): { type: string; limit: number }[] {
    if (this.#state !== 'working') return []
    const ending = new Map<string, number>()
    for (const { row } of this.#outcomes.slice(0, finishBatch)) {
      ending.set(row.type, (ending.get(row.type) ?? 0) + 1)
    }
    return [...this.#parts.types]
      .filter(([, handled]) => handled.isHungry)
      .map(([type, { concurrency }]) => ({
        type,
        limit: concurrency - this.#parts.running.count(type) + (ending.get(type) ?? 0),
      }))
      .filter((claim) => claim.limit > 0)
  }

  async #oneRound(): Promise<void> {
    const { db, clock, owner, types, running } = this.#parts
    const isSweep = this.#isSweepDue && this.#state === 'working'
    if (isSweep) this.#isSweepDue = false
    if (isSweep) for (const handled of types.values()) handled.isHungry = true
    const claims = this.#claims()
    const outcomes = this.#outcomes.splice(0, finishBatch)
    // Before the transaction, not after it: who is woken while it is under way is hungry again and is not forgotten.
    this.#setHungry(claims, false)
    const now = clock.now()
    const claimed = await db
      .transaction(async (tx) => {
        const again = await finishJobs(tx, outcomes)
        const due = isSweep ? await this.#sweep(tx, now) : undefined
        const rows: JobRow[] = []
        for (const { type, limit } of claims) {
          const leaseUntil = now + (types.get(type)?.leaseMs ?? 0)
          rows.push(...(await claimJobs(tx, { type, limit, owner, leaseUntil, now })))
        }
        return { rows, again, due }
      })
      .catch((error) => {
        this.#outcomes.unshift(...outcomes)
        this.#setHungry(claims, true)
        throw error
      })
    if (outcomes.length > 0) faultPoint('jobs.completed')
    for (const { row } of outcomes) running.remove(row.id, row.token)
    this.#afterRound(claims, claimed)
  }

  #setHungry(claims: readonly { readonly type: string }[], isHungry: boolean): void {
    for (const { type } of claims) {
      const handled = this.#parts.types.get(type)
      if (handled !== undefined) handled.isHungry = isHungry
    }
  }

  #afterRound(
    claims: readonly { type: string; limit: number }[],
    found: { rows: JobRow[]; again: number | undefined; due: number | undefined },
  ): void {
    if (found.rows.length > 0) faultPoint('jobs.claimed')
    const full = claims.filter(({ type, limit }) => found.rows.filter((row) => row.type === type).length >= limit)
    this.#setHungry(full, true)
    for (const row of found.rows) void this.#run(this.#parts.running.add(row))
    this.#heartbeat.arm()
    for (const at of [found.again, found.due]) if (at !== undefined) this.#wakeBy(at)
  }

  /** What does not happen on every round: delayed jobs that are due, leases of the dead, old history. */
  async #sweep(tx: Parameters<typeof promoteDue>[0], now: number): Promise<number | undefined> {
    const { isSole, keepEndedMs } = this.#parts
    if (!isSole) await takeBack(tx, { leaseBefore: now }, now)
    await promoteDue(tx, now)
    let isMoreToPrune = false
    if (now - this.#lastPruneAt > pruneEveryMs) {
      isMoreToPrune = (await pruneEnded(tx, now - keepEndedMs, pruneBatch)) === pruneBatch
      if (!isMoreToPrune) this.#lastPruneAt = now
    }
    const due = (await nextDueAt(tx)) ?? Number.POSITIVE_INFINITY
    return Math.min(due, now + (isSole && !isMoreToPrune ? pruneEveryMs : pollMs))
  }

  #wakeBy(at: number): void {
    if (this.#state === 'stopped' || at >= this.#nextWakeAt) return
    clearTimeout(this.#timer)
    this.#nextWakeAt = at
    const waitMs = Math.min(Math.max(0, at - this.#parts.clock.now()), longestTimerMs)
    this.#timer = setTimeout(() => {
      this.#nextWakeAt = Number.POSITIVE_INFINITY
      this.#isSweepDue = true
      this.poke()
    }, waitMs)
  }

  async #run(job: RunningJob): Promise<void> {
    const { id, payload, attempt, maxAttempts, token } = job.row
    const isLastAttempt = attempt >= maxAttempts
    const handled = this.#parts.types.get(job.row.type)
    let outcome: Outcome
    try {
      if (handled === undefined) throw new Error(`no handler for jobs of type ${job.row.type}`)
      const parsed = handled.handler.definition.payload.parse(JSON.parse(payload))
      const { signal } = job.abort
      const { run } = handled.handler
      const actor = job.row.actor === null ? moduleOf(job.row.type) : actorOfColumn(job.row.actor)
      await runAs(actor, () => run({ id, payload: parsed, attempt, isLastAttempt, token, signal }))
      outcome = { kind: 'succeeded', row: job.row, at: this.#parts.clock.now() }
    } catch (error) {
      outcome = this.#failure(job, error)
    }
    faultPoint('jobs.handlerDone')
    if (this.#parts.running.holds(job)) this.#outcomes.push(outcome)
    else this.#parts.log.warn('jobs.lease.lost', { id, type: job.row.type, token })
    this.poke()
  }

  #failure(job: RunningJob, thrown: unknown): Outcome {
    const { row, abort } = job
    const at = this.#parts.clock.now()
    const error = thrown instanceof Error ? thrown.message : String(thrown)
    if (abort.signal.reason instanceof ServerStopping) return { kind: 'released', row, at }
    if (abort.signal.reason instanceof JobCanceled) return { kind: 'canceled', row, at, error }
    this.#parts.log.warn('jobs.attempt.failed', { id: row.id, type: row.type, attempt: row.attempt, error: thrown })
    if (row.attempt >= row.maxAttempts) return { kind: 'failed', row, at, error }
    return { kind: 'retry', row, at, error, dueAt: at + backoffMs(retryDelays, row.attempt) }
  }

  /** Resolves when no round is under way and nothing runs here. */
  async idle(): Promise<void> {
    while (this.#round !== undefined || this.#parts.running.size > 0) {
      await new Promise<void>((resolve) => this.#changed.add(resolve))
    }
  }

  async stop(graceMs: number): Promise<void> {
    const { running } = this.#parts
    if (this.#state === 'working') this.#state = 'draining'
    await this.#emptied(graceMs)
    for (const job of running.all()) job.abort.abort(new ServerStopping('the server stops'))
    // A handler that ignores its signal keeps its job until the lease runs out or this server starts again.
    await this.#emptied(Math.max(graceMs, 1_000))
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    this.#heartbeat.stop()
    await this.#round
  }

  async #emptied(waitMs: number): Promise<void> {
    const timeout = new AbortController()
    const deadline = sleep(waitMs, timeout.signal).catch(() => {})
    await Promise.race([this.idle(), deadline])
    timeout.abort()
  }
}
