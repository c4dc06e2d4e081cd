/**
 * Tracking over HTTP, Slipway and `mlflow server` (its defaults on SQLite) driven by the same client code, one after the
 * other in the same run: batches, single metrics, searches, charts.
 *
 *   MLFLOW_PYTHON=/path/to/venv/bin/python node bench/tracking.ts    with the peer: a Python that has `mlflow` installed
 *   node bench/tracking.ts                                           Slipway alone
 *   node bench/tracking.ts --smoke                                   small numbers, in seconds
 *   --runs=20000 --points=1000000                                    a larger experiment, a longer series
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const isSmoke = process.argv.includes('--smoke')
const flag = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1]
const runsFlag = flag('runs')
const pointsFlag = flag('points')
const python = process.env.MLFLOW_PYTHON
const sizes = isSmoke
  ? { batches: 10, singles: 20, runs: 100, searches: 5, points: 5_000 }
  : { batches: 100, singles: 200, runs: Number(runsFlag ?? 500), searches: 40, points: Number(pointsFlag ?? 20_000) }
const deepPage = Math.max(2, Math.floor(sizes.runs / 100))
const root = resolve(import.meta.dirname, '..')
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

interface Target {
  readonly name: string
  readonly url: string
  readonly process: ChildProcess
  readonly folder: string
}

interface Result {
  readonly metricsPerSecond: number
  readonly singleP50: number
  readonly searchP95: number
  readonly deepP95: number
  readonly chartP95: number
}

/** A server may close an idle connection just as it is used again: then once more, on a new one. */
async function call(url: string, path: string, body?: object): Promise<Record<string, unknown>> {
  try {
    return await send(url, path, { body, agent })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
    return send(url, path, { body, agent: false })
  }
}

interface Sending {
  readonly body: object | undefined
  readonly agent: Agent | false
}

function send(url: string, path: string, { body, agent: via }: Sending): Promise<Record<string, unknown>> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((done, fail) => {
    const sent = request(
      `${url}/api/2.0/mlflow/${path}`,
      { agent: via, method: text === undefined ? 'GET' : 'POST', headers: { 'content-type': 'application/json' } },
      (answer) => {
        let received = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          received += chunk
        })
        answer.on('end', () =>
          answer.statusCode === 200
            ? done(JSON.parse(received) as Record<string, unknown>)
            : fail(new Error(`${path}: ${answer.statusCode} ${received.slice(0, 300)}`)),
        )
      },
    )
    sent.on('error', fail)
    sent.end(text)
  })
}

async function createRun(url: string, experimentId: string): Promise<string> {
  const answer = await call(url, 'runs/create', { experiment_id: experimentId, start_time: Date.now() })
  return (answer.run as { info: { run_id: string } }).info.run_id
}

async function inParallel(width: number, count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const quantile = (values: number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

async function timed(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const started = performance.now()
    await work(index)
    times.push(performance.now() - started)
  }
  return times
}

/** Batches of 1,000 points, ten keys each, from four clients with a run of their own. */
async function ingest(url: string, experimentId: string): Promise<number> {
  const runs = await Promise.all(Array.from({ length: 4 }, () => createRun(url, experimentId)))
  const started = performance.now()
  await inParallel(4, sizes.batches, (batch) => {
    const metrics = Array.from({ length: 1000 }, (_, index) => ({
      key: `metric_${index % 10}`,
      value: Math.sin(index) * batch,
      timestamp: 1_700_000_000_000 + batch * 100 + Math.floor(index / 10),
      step: batch * 100 + Math.floor(index / 10),
    }))
    return call(url, 'runs/log-batch', { run_id: runs[batch % 4], metrics })
  })
  return (sizes.batches * 1000) / ((performance.now() - started) / 1000)
}

async function populate(url: string, experimentId: string): Promise<void> {
  await inParallel(8, sizes.runs, async (index) => {
    const runId = await createRun(url, experimentId)
    const metrics = Array.from({ length: 10 }, (_, key) => ({
      key: `m${key}`,
      value: (index * 7919 + key * 104729) % 1000,
      timestamp: 1_700_000_000_000,
      step: 0,
    }))
    const params = Array.from({ length: 5 }, (_, key) => ({ key: `p${key}`, value: String((index + key) % 10) }))
    await call(url, 'runs/log-batch', { run_id: runId, metrics, params })
  })
}

async function search(url: string, experimentId: string, pages: number): Promise<number[]> {
  const times: number[] = []
  const filter = "metrics.m3 > 100 AND params.p1 != '3'"
  while (times.length < sizes.searches) {
    let token: unknown
    for (let page = 0; page < pages; page++) {
      const body = { experiment_ids: [experimentId], filter, order_by: ['metrics.m5 DESC'], max_results: 50 }
      const started = performance.now()
      const answer = await call(url, 'runs/search', token === undefined ? body : { ...body, page_token: token })
      if (page === pages - 1) times.push(performance.now() - started)
      token = answer.next_page_token
      if (token === undefined) break
    }
  }
  return times
}

async function chart(url: string, experimentId: string): Promise<number[]> {
  const runId = await createRun(url, experimentId)
  await inParallel(2, sizes.points / 1000, (batch) => {
    const metrics = Array.from({ length: 1000 }, (_, index) => {
      const step = batch * 1000 + index
      return { key: 'loss', value: Math.exp(-step / 1e4) + Math.sin(step), timestamp: 1_700_000_000_000 + step, step }
    })
    return call(url, 'runs/log-batch', { run_id: runId, metrics })
  })
  const query = `metrics/get-history-bulk-interval?run_ids=${runId}&metric_key=loss&max_results=320`
  return timed(sizes.searches, () => call(url, query))
}

async function measure({ name, url }: Target): Promise<Result> {
  const created = await call(url, 'experiments/create', { name: `bench-${Date.now()}` })
  const experimentId = String(created.experiment_id)
  const metricsPerSecond = await ingest(url, experimentId)
  console.log(`${name}: ${Math.round(metricsPerSecond)} metrics/s`)
  const single = await createRun(url, experimentId)
  const singles = await timed(sizes.singles, (step) =>
    call(url, 'runs/log-metric', {
      run_id: single,
      key: 'loss',
      value: step,
      timestamp: 1_700_000_000_000 + step,
      step,
    }),
  )
  const searched = String((await call(url, 'experiments/create', { name: `search-${Date.now()}` })).experiment_id)
  await populate(url, searched)
  const first = await search(url, searched, 1)
  const deep = await search(url, searched, deepPage)
  const charts = await chart(url, experimentId)
  return {
    metricsPerSecond,
    singleP50: quantile(singles, 0.5),
    searchP95: quantile(first, 0.95),
    deepP95: quantile(deep, 0.95),
    chartP95: quantile(charts, 0.95),
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => probe.once('listening', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function start(name: string, command: (port: string, folder: string) => readonly string[]): Promise<Target> {
  const port = String(await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  const [program = '', ...args] = command(port, folder)
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder, detached: true })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 1800; tries++) {
    if (
      await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    ) {
      return { name, url, process: child, folder }
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${name} did not start`)
}

/** Starts, measures and ends one server, so that the two never compete for the machine. */
async function run(name: string, command: (port: string, folder: string) => readonly string[]): Promise<Result> {
  const target = await start(name, command)
  try {
    return await measure(target)
  } finally {
    // The peer has worker processes: its whole group goes.
    process.kill(-(target.process.pid ?? 0), 'SIGTERM')
    await new Promise((done) => target.process.once('exit', done))
    rmSync(target.folder, { recursive: true, force: true })
  }
}

const slipway = await run('slipway', (port, folder) => [
  process.execPath,
  join(root, 'src', 'main.ts'),
  ...['serve', '--port', port, '--data-dir', join(folder, 'data')],
])
const peer =
  python === undefined
    ? undefined
    : await run('mlflow', (port, folder) => [
        python,
        ...['-m', 'mlflow', 'server', '--port', port, '--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
        ...['--artifacts-destination', join(folder, 'artifacts')],
      ])

const rows: readonly (readonly [string, keyof Result, boolean])[] = [
  ['metrics/s through log-batch (1,000 a batch, 4 clients)', 'metricsPerSecond', true],
  ['log-metric, one after the other, p50 ms', 'singleP50', false],
  [`search of ${sizes.runs} runs by metric and param, first page, p95 ms`, 'searchP95', false],
  [`the same, page ${deepPage}, p95 ms`, 'deepP95', false],
  [`chart of ${sizes.points} points (bulk-interval), p95 ms`, 'chartP95', false],
]
for (const [title, key, isRate] of rows) {
  const ours = slipway[key]
  const theirs = peer?.[key]
  const ratio = theirs === undefined ? '' : `${(isRate ? ours / theirs : theirs / ours).toFixed(1)}x`
  console.log(
    `${title.padEnd(70)} ${ours.toFixed(2).padStart(12)} ${(theirs?.toFixed(2) ?? '-').padStart(12)} ${ratio}`,
  )
}
