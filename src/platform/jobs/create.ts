import { actorToColumn, currentActor } from '../../kernel/actor.ts'
import type { IdMaker } from '../../kernel/ids.ts'
import { sleep } from '../../kernel/retry.ts'
import type { Database, TypedDatabase } from '../db/index.ts'
import type { Clock, Log } from '../runtime/index.ts'
import { hasWork } from './claim.ts'
import { cancelJob, insertJob } from './enqueue.ts'
import type { Job, JobAttempt, Jobs } from './jobs.ts'
import { type HandledType, handledType, RunningJobs } from './running.ts'
import type { JobRow, JobTables } from './tables.ts'
import { moduleOf, Worker } from './worker.ts'

const defaultAttempts = 5
const settlePollMs = 5
const defaultKeepEndedMs = 7 * 86_400_000

export interface JobsParts {
  readonly db: Database
  readonly clock: Clock
  readonly ids: IdMaker
  readonly log: Log
  /**
   * No other process works on this database, so at start every running job is an orphan. Default: true unless the
   * database can be shared.
   */
  readonly isSole?: boolean
  /** Ended jobs are forgotten after this long; default 7 days. */
  readonly keepEndedMs?: number
}

export function createJobs(parts: JobsParts): Jobs {
  const db = parts.db.typed<JobTables>()
  const { clock, ids, log } = parts
  const types = new Map<string, HandledType>()
  const running = new RunningJobs()
  const worker = new Worker({
    db,
    clock,
    log,
    owner: ids('own'),
    running,
    types,
    isSole: parts.isSole ?? !db.dialect.isShared,
    keepEndedMs: parts.keepEndedMs ?? defaultKeepEndedMs,
  })
  return {
    enqueue: async (tx, definition, payload, options = {}) => {
      const now = clock.now()
      const row = newRow({
        id: ids('job'),
        type: definition.type,
        payload: JSON.stringify(definition.payload.parse(payload)),
        priority: options.priority ?? 0,
        dueAt: options.at ?? now,
        maxAttempts: definition.attempts ?? defaultAttempts,
        liveKey: options.dedupe === undefined ? null : `${definition.type} ${options.dedupe}`,
        createdAt: now,
        actor: actorToColumn(definition.isOwnAct === true ? moduleOf(definition.type) : currentActor()),
      })
      const { id, isNew } = await insertJob(tx.typed<JobTables>(), row)
      tx.onCommit(() => worker.wake(row.type, row.dueAt, isNew && row.state === 'queued'))
      return id
    },
    cancel: async (tx, jobId) => {
      const found = await cancelJob(tx.typed<JobTables>(), jobId, clock.now())
      if (found === 'asked') tx.onCommit(() => running.cancel(jobId))
      return found !== 'none'
    },
    find: (jobId) => findJob(db, jobId),
    listAttempts: (jobId) => listAttempts(db, jobId),
    handle: (handler) => {
      const { type } = handler.definition
      if (types.has(type)) throw new Error(`two handlers for jobs of type ${type}`)
      types.set(type, handledType(handler))
    },
    start: () => worker.start(),
    stop: (graceMs) => worker.stop(graceMs),
    settled: async () => {
      await worker.idle()
      while (await hasWork(db, [...types.keys()], clock.now())) {
        await sleep(settlePollMs)
        await worker.idle()
      }
    },
  }
}

function newRow(
  given: Pick<
    JobRow,
    'id' | 'type' | 'payload' | 'priority' | 'dueAt' | 'maxAttempts' | 'liveKey' | 'createdAt' | 'actor'
  >,
): JobRow {
  return {
    ...given,
    // A job due now is claimable at once; a delayed one costs the claim nothing until it is due.
    state: given.dueAt <= given.createdAt ? 'queued' : 'delayed',
    attempt: 0,
    token: 0,
    rerunAt: null,
    isCancelRequested: 0,
    owner: null,
    claimedAt: null,
    leaseUntil: null,
    error: null,
    endedAt: null,
  }
}

async function findJob(db: TypedDatabase<JobTables>, jobId: string): Promise<Job | undefined> {
  const row = await db.read.selectFrom('jobs_jobs').selectAll().where('id', '=', jobId).executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id,
    type: row.type,
    payload: JSON.parse(row.payload),
    state: row.state === 'delayed' ? 'queued' : row.state,
    attempt: row.attempt,
    token: row.token,
    dueAt: row.dueAt,
    error: row.error ?? undefined,
  }
}

async function listAttempts(db: TypedDatabase<JobTables>, jobId: string): Promise<JobAttempt[]> {
  const rows = await db.read
    .selectFrom('jobs_attempts')
    .selectAll()
    .where('jobId', '=', jobId)
    .orderBy('token')
    .execute()
  return rows.map(({ token, outcome, startedAt, endedAt, error }) => ({
    token,
    outcome,
    startedAt,
    endedAt,
    error: error ?? undefined,
  }))
}
