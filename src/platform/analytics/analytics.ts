import { mkdir, realpath } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { analyticsErrors, queryFailure } from './failure.ts'
import type { AnalyticsParameter, WorkerAnswer, WorkerRequest, WorkerSettings } from './protocol.ts'

export interface Analytics {
  /**
   * Rows as objects. Integers beyond 2^53 come as decimal text, timestamps and dates as epoch milliseconds, times of day
   * as microseconds. Throws `analytics_query_failed` with the engine's words, `analytics_memory_exceeded`, or the
   * signal's reason.
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly AnalyticsParameter[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Row[]>
  stop(): Promise<void>
}

export interface AnalyticsOptions {
  /** Only files in or under these folders can be read or written. */
  readonly folders: readonly string[]
  /** Receives what does not fit into memory; made on first use. */
  readonly tempFolder: string
  /** Default 1024. */
  readonly memoryLimitMb?: number
  /** Default 2. */
  readonly threads?: number
  /** The engine is ended, and its memory freed, after this long without a question; default 60 000 ms. */
  readonly idleMs?: number
}

interface Pending {
  readonly worker: Worker
  readonly resolve: (rows: Record<string, unknown>[]) => void
  readonly reject: (error: unknown) => void
}

/** Queries that run at once; more wait, so that they share the memory limit with few. */
const concurrency = 4

// The same file name in the sources (.ts) and in the compiled package (.js).
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Costs nothing until the first query, which starts the worker (about 150 ms). */
export function createAnalytics(options: AnalyticsOptions): Analytics {
  const engine = new Engine(options)
  return {
    async query<Row>(
      sql: string,
      parameters: readonly AnalyticsParameter[] = [],
      { signal }: { readonly signal?: AbortSignal | undefined } = {},
    ) {
      return (await engine.query({ sql, parameters, signal })) as Row[]
    },
    stop: () => engine.stop(),
  }
}

interface Question {
  readonly sql: string
  readonly parameters: readonly AnalyticsParameter[]
  readonly signal: AbortSignal | undefined
}

class Engine {
  readonly #options: AnalyticsOptions
  readonly #pending = new Map<number, Pending>()
  readonly #turns: (() => void)[] = []
  #running = 0
  /** The thread in use, or being started. */
  #worker: Promise<Worker> | undefined
  #current: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #nextId = 1
  #stopped = false

  constructor(options: AnalyticsOptions) {
    this.#options = options
  }

  async query(question: Question): Promise<Record<string, unknown>[]> {
    question.signal?.throwIfAborted()
    await this.#takeTurn()
    try {
      question.signal?.throwIfAborted()
      if (this.#stopped) throw analyticsErrors.analytics_unavailable({ problem: 'the server is stopping.' })
      this.#worker ??= this.#start().catch((error: unknown) => {
        this.#worker = undefined
        throw error
      })
      return await this.#ask(await this.#worker, question)
    } finally {
      this.#endTurn()
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#end()
  }

  async #takeTurn(): Promise<void> {
    clearTimeout(this.#idle)
    if (this.#running >= concurrency) await new Promise<void>((resolve) => this.#turns.push(resolve))
    else this.#running += 1
  }

  /** Hands the turn on, or, when nobody waits, lets the idle time begin. */
  #endTurn(): void {
    const next = this.#turns.shift()
    if (next !== undefined) next()
    else this.#running -= 1
    if (this.#running > 0) return
    this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs ?? 60_000).unref()
  }

  #ask(worker: Worker, { sql, parameters, signal }: Question): Promise<Record<string, unknown>[]> {
    const id = this.#nextId++
    const post = (request: WorkerRequest) => worker.postMessage(request)
    return new Promise((resolve, reject) => {
      const cancel = () => post({ kind: 'cancel', id })
      signal?.addEventListener('abort', cancel, { once: true })
      const settle = () => {
        signal?.removeEventListener('abort', cancel)
        this.#pending.delete(id)
        if (this.#pending.size === 0) worker.unref()
      }
      this.#pending.set(id, {
        worker,
        resolve: (rows) => {
          settle()
          resolve(rows)
        },
        reject: (error) => {
          settle()
          reject(signal?.aborted === true ? signal.reason : error)
        },
      })
      worker.ref()
      post({ kind: 'query', id, sql, parameters })
    })
  }

  async #start(): Promise<Worker> {
    const { tempFolder, memoryLimitMb = 1024, threads = 2 } = this.#options
    await mkdir(tempFolder, { recursive: true })
    // The engine compares names: it must be told the ones behind links.
    const folders = await Promise.all(this.#options.folders.map((folder) => realpath(folder).catch(() => folder)))
    const settings: WorkerSettings = {
      folders: [...new Set([...folders, ...this.#options.folders])],
      tempFolder,
      memoryLimitMb,
      threads,
    }
    const worker = new Worker(workerUrl, { workerData: settings })
    this.#current = worker
    worker.unref()
    worker.on('message', (answer: WorkerAnswer) => this.#receive(answer))
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => this.#lose(worker, 'its thread ended.'))
    return worker
  }

  #receive(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id)
    if (answer.kind === 'failed') pending?.reject(queryFailure(answer.message))
    else pending?.resolve(objects(answer.columns, answer.rows))
  }

  /** A thread that dies takes its questions with it; the next question starts another. */
  #lose(worker: Worker, problem: string): void {
    if (this.#current === worker) {
      this.#worker = undefined
      this.#current = undefined
    }
    for (const pending of [...this.#pending.values()]) {
      if (pending.worker === worker) pending.reject(analyticsErrors.analytics_unavailable({ problem }))
    }
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    // Whoever asks from now on starts another.
    this.#worker = undefined
    this.#current = undefined
    await (await worker)?.terminate()
  }
}

function objects(columns: readonly string[], rows: readonly unknown[][]): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index] ?? '', value])))
}
