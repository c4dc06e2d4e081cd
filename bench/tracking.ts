/**
 * Tracking over HTTP, Slipway and `mlflow server` (its defaults on SQLite) driven by the same client code, one after the
 * other in the same run: batches, single metrics, searches, charts.
 *
 *   MLFLOW_PYTHON=/path/to/venv/bin/python node bench/tracking.ts    with the peer: a Python that has `mlflow` installed
 *   node bench/tracking.ts                                           Slipway alone
 *   node bench/tracking.ts --smoke                                   small numbers, in seconds
 *   --database=postgres://…/a --peer-database=postgres://…/b    both on PostgreSQL
 *   --runs=20000 --points=1000000                                    a larger experiment, a longer series
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  call,
  createRun,
  inParallel,
  quantile,
  startPeer,
  startSlipway,
  stop,
  type Target,
  timed,
} from './tracking/load.ts'

const isSmoke = process.argv.includes('--smoke')
const flag = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1]
const runsFlag = flag('runs')
const pointsFlag = flag('points')
const python = process.env.MLFLOW_PYTHON
const sizes = isSmoke
  ? { batches: 10, singles: 20, runs: 100, searches: 5, points: 5_000 }
  : { batches: 100, singles: 200, runs: Number(runsFlag ?? 500), searches: 40, points: Number(pointsFlag ?? 20_000) }
const deepPage = Math.max(2, Math.floor(sizes.runs / 100))
interface Result {
  readonly metricsPerSecond: number
  readonly singleP50: number
  readonly searchP95: number
  readonly deepP95: number
  readonly chartP95: number
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

/** Starts, measures and ends one server, so that the two never compete for the machine. */
async function run(open: (folder: string) => Promise<Target>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  const target = await open(folder)
  try {
    return await measure(target)
  } finally {
    await stop(target)
    rmSync(folder, { recursive: true, force: true })
  }
}

const slipway = await run((folder) => startSlipway(folder, flag('database')))
const peer = python === undefined ? undefined : await run((folder) => startPeer(python, folder, flag('peer-database')))

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
