/** A client that logs metrics as fast as the server takes them and repeats every batch that was not acknowledged. */

export const pointsPerBatch = 1000
/** Two runs a client, so that batches of one run arrive over several connections at once. */
const clients = 6
const runs = 3
const keys = ['loss', 'accuracy', 'rate', 'norm'] as const
const stepsPerBatch = pointsPerBatch / keys.length

export interface Load {
  readonly runIds: readonly string[]
  /** Numbers of the batches that were answered with 200. */
  readonly acknowledged: Set<number>
  /** How many batches were sent at least once. */
  sent: number
  /** Sends batches until `total` are acknowledged or the server is gone; answers points per second. */
  run(url: string, total: number, onAcknowledged?: (count: number) => void): Promise<number>
}

export async function startLoad(url: string): Promise<Load> {
  const runIds = await Promise.all(Array.from({ length: runs }, () => createRun(url)))
  const acknowledged = new Set<number>()
  const unsure: number[] = []
  const load: Load = {
    runIds,
    acknowledged,
    sent: 0,
    run: async (target, total, onAcknowledged = () => {}) => {
      const before = acknowledged.size
      const started = performance.now()
      let lastAnswer = started
      const next = () => unsure.shift() ?? (load.sent < total ? load.sent++ : undefined)
      const client = async () => {
        for (let batch = next(); batch !== undefined; batch = next()) {
          const isKept = await post(target, 'runs/log-batch', bodyOf(runIds, batch)).catch(() => undefined)
          if (isKept === undefined) {
            unsure.push(batch)
            return
          }
          acknowledged.add(batch)
          lastAnswer = performance.now()
          onAcknowledged(acknowledged.size)
        }
      }
      await Promise.all(Array.from({ length: clients }, client))
      return ((acknowledged.size - before) * pointsPerBatch) / ((lastAnswer - started) / 1000)
    },
  }
  return load
}

/** Numbers of the batches of which the server has points; throws when a point is wrong, doubled, or its batch torn. */
export async function readBatches(url: string, { runIds }: Load): Promise<Set<number>> {
  const counts = new Map<number, number>()
  for (const [run, runId] of runIds.entries()) {
    for (const key of keys) {
      const seen = new Set<number>()
      for await (const { step, value } of history(url, runId, key)) {
        if (seen.has(step)) throw new Error(`run ${run} has step ${step} of ${key} twice`)
        if (value !== pointValue(key, step)) throw new Error(`run ${run} has ${value} at step ${step} of ${key}`)
        seen.add(step)
        const batch = Math.floor(step / stepsPerBatch) * runs + run
        counts.set(batch, (counts.get(batch) ?? 0) + 1)
      }
    }
  }
  for (const [batch, count] of counts) {
    if (count !== pointsPerBatch) throw new Error(`batch ${batch} has ${count} of its ${pointsPerBatch} points`)
  }
  return new Set(counts.keys())
}

/** Latest value of every series of a run: what searches compare. */
export async function readLatest(url: string, runId: string): Promise<Record<string, number>> {
  const { run } = await get<{ run: { data: { metrics: Point[] } } }>(url, `runs/get?run_id=${runId}`)
  return Object.fromEntries(run.data.metrics.map((metric) => [metric.key, metric.value]))
}

/** The same for a run that got every batch below `total`. */
export function latestAfter(total: number, run: number): Record<string, number> {
  const batches = Math.ceil((total - run) / runs)
  return Object.fromEntries(keys.map((key) => [key, pointValue(key, batches * stepsPerBatch - 1)]))
}

interface Point {
  readonly key: string
  readonly step: number
  readonly value: number
}

const pointValue = (key: (typeof keys)[number], step: number) => (step * (keys.indexOf(key) + 1)) / 7

function bodyOf(runIds: readonly string[], batch: number) {
  const first = Math.floor(batch / runs) * stepsPerBatch
  const metrics = Array.from({ length: pointsPerBatch }, (_, index) => {
    const key = keys[index % keys.length] ?? 'loss'
    const step = first + Math.floor(index / keys.length)
    return { key, value: pointValue(key, step), step, timestamp: 1_700_000_000_000 + step }
  })
  return { run_id: runIds[batch % runs], metrics }
}

async function* history(url: string, runId: string, key: string): AsyncIterable<Point> {
  let token = ''
  do {
    const query = new URLSearchParams({ run_id: runId, metric_key: key, max_results: '25000', page_token: token })
    const page = await get<{ metrics?: Point[]; next_page_token?: string }>(url, `metrics/get-history?${query}`)
    yield* page.metrics ?? []
    token = page.next_page_token ?? ''
  } while (token !== '')
}

async function createRun(url: string): Promise<string> {
  const { run } = await post<{ run: { info: { run_id: string } } }>(url, 'runs/create', { experiment_id: '0' })
  return run.info.run_id
}

function post<T>(url: string, path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return answerOf(fetch(`${url}/api/2.0/mlflow/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
}

const get = <T>(url: string, path: string): Promise<T> => answerOf(fetch(`${url}/api/2.0/mlflow/${path}`))

async function answerOf<T>(asked: Promise<Response>): Promise<T> {
  const answer = await asked
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
