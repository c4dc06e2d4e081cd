import { isAppError } from '../../../kernel/errors.ts'
import { Abandoned, batchKey, cutRows, inferenceErrors, joinRows, RunLost, type Tensor } from '../../inference/index.ts'
import type { RunParams } from '../../runtimes/index.ts'

/**
 * Work-conserving batching: nothing ever waits for a batch to fill. Requests that arrived while the model was busy (or in
 * the same turn of the event loop) run together; a failing batch is run again one by one, so that an error reaches only
 * the request that caused it.
 */
export interface BatchItem {
  readonly inputs: readonly Tensor[]
  /** Infinite: it shares its run with no other. */
  readonly rows: number
  /** What its run is told beside the inputs; only of one that shares its run with no other. */
  readonly params?: RunParams | undefined
  /** Asked when its turn comes: true when it shall not be run any more. */
  readonly isAbandoned?: (() => boolean) | undefined
  /** Asked during its run: true when nobody waits for the outcome any more. */
  readonly isGone?: (() => boolean) | undefined
  outcome?: readonly Tensor[] | Error
  /** Monotonic ms at which it was added and at which its run began, and what that run took: set here. */
  addedAt?: number
  begunAt?: number
  run?: RunTimes
}

/** One run of the model: how many rows, and what joining, the model and cutting took, in milliseconds. */
export interface RunTimes {
  readonly rows: number
  readonly inputMs: number
  readonly inferMs: number
  readonly outputMs: number
}

export interface Batcher<Item extends BatchItem> {
  /** Items waiting or running. */
  readonly pending: number
  /** Most rows of one run from here on; 1 turns batching off, as it is at first. */
  limitRows(rows: number): void
  add(item: Item): void
  /** Resolves when nothing is waiting or running. */
  idle(): Promise<void>
}

export interface BatchOptions<Item> {
  /** Runs that may be under way at once; default 1. */
  readonly lanes?: number
  /** Told how to learn that nobody waits any more for what it runs: it may then end early with `Abandoned`. */
  readonly run: (
    inputs: readonly Tensor[],
    isAbandoned: () => boolean,
    params?: RunParams,
  ) => Promise<readonly Tensor[]>
  /** Monotonic ms. */
  readonly now: () => number
  /** The model ran and gave a result. */
  readonly ran: (times: RunTimes) => void
  /** The outcome of an item that was abandoned before its turn. */
  readonly abandoned: (item: Item) => Error
  /** Called once per run with its items, each with an outcome. */
  readonly finish: (items: readonly Item[]) => void
}

export function createBatcher<Item extends BatchItem>(options: BatchOptions<Item>): Batcher<Item> {
  let maxRows = 1
  let waiting: Item[] = []
  let running = 0
  let active = 0
  let idleWaiters: (() => void)[] = []

  async function turn(): Promise<void> {
    while (waiting.length > 0) {
      const items = take()
      running += items.length
      const begunAt = options.now()
      for (const item of items) item.begunAt = begunAt
      await runItems(options, leaveAbandoned(options, items))
      options.finish(items)
      running -= items.length
    }
    active -= 1
    if (active > 0) return
    for (const resolve of idleWaiters) resolve()
    idleWaiters = []
  }

  /** The longest prefix that may share a run: order is kept, so nobody starves. */
  function take(): Item[] {
    const first = waiting[0]
    if (first === undefined) return []
    const key = batchKey(first.inputs)
    let rows = first.rows
    let end = 1
    for (; end < waiting.length; end++) {
      const next = waiting[end]
      if (next === undefined || rows + next.rows > maxRows || batchKey(next.inputs) !== key) break
      rows += next.rows
    }
    const items = waiting.slice(0, end)
    waiting = waiting.slice(end)
    return items
  }

  return {
    get pending() {
      return waiting.length + running
    },
    limitRows: (rows) => {
      maxRows = rows
    },
    add: (item) => {
      item.addedAt = options.now()
      waiting.push(item)
      if (active >= (options.lanes ?? 1)) return
      active += 1
      setImmediate(() => void turn())
    },
    idle: () => (active > 0 ? new Promise((resolve) => idleWaiters.push(resolve)) : Promise.resolve()),
  }
}

/** Those that somebody still waits for; the others have their outcome. */
function leaveAbandoned<Item extends BatchItem>(options: BatchOptions<Item>, items: readonly Item[]): readonly Item[] {
  const isWanted = (item: Item) => {
    if (item.isAbandoned?.() !== true) return true
    item.outcome = options.abandoned(item)
    return false
  }
  return items.every((item) => item.isAbandoned === undefined) ? items : items.filter(isWanted)
}

function isGone(item: BatchItem): boolean {
  return item.isGone?.() === true
}

async function runItems<Item extends BatchItem>(options: BatchOptions<Item>, items: readonly Item[]): Promise<void> {
  const [only] = items
  if (only === undefined) return
  if (items.length === 1) return runOne(options, only)
  const { now } = options
  try {
    const begunAt = now()
    const inputs = joinRows(items.map((item) => item.inputs))
    const joinedAt = now()
    const outputs = await options.run(inputs, () => items.every(isGone))
    const ranAt = now()
    let row = 0
    for (const item of items) {
      item.outcome = cutRows(outputs, row, row + item.rows)
      row += item.rows
    }
    const times = { rows: row, inputMs: joinedAt - begunAt, inferMs: ranAt - joinedAt, outputMs: now() - ranAt }
    for (const item of items) item.run = times
    options.ran(times)
  } catch (error) {
    // A model that is away or full is so for each of them: asking again one by one would only take longer.
    if (isAppError(error) && error.retryable) for (const item of items) item.outcome = error
    else await runApart(options, items)
  }
}

/** Runs that may take the model down one after the other before it is left alone: each costs a restart or a timeout. */
const maxLost = 2

/** One by one, so that an error reaches only the request that caused it; given up when one after the other ends the model. */
async function runApart<Item extends BatchItem>(options: BatchOptions<Item>, items: readonly Item[]): Promise<void> {
  let lost = 0
  for (const item of items) {
    if (lost === maxLost) {
      item.outcome = inferenceErrors.inference_model_away({ problem: 'several requests of one batch ended it' })
      continue
    }
    await runOne(options, item)
    lost = item.outcome instanceof RunLost ? lost + 1 : 0
  }
}

async function runOne<Item extends BatchItem>(options: BatchOptions<Item>, item: Item): Promise<void> {
  const begunAt = options.now()
  try {
    item.outcome = await options.run(item.inputs, () => isGone(item), item.params)
    // A request without a row count is one row, whatever it holds.
    const rows = Number.isFinite(item.rows) ? item.rows : 1
    item.run = { rows, inputMs: 0, inferMs: options.now() - begunAt, outputMs: 0 }
    options.ran(item.run)
  } catch (error) {
    if (error instanceof Abandoned) item.outcome = options.abandoned(item)
    else item.outcome = error instanceof Error ? error : new Error(String(error))
  }
}
