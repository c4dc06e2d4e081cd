/**
 * Searches over many runs and the chart of a long series, Slipway beside `mlflow server` (its defaults on SQLite) on the
 * same data, by the same client code over HTTP: the first page and the hundredth.
 *
 *   MLFLOW_PYTHON=/path/to/venv/bin/python node bench/search.ts    with the peer: a Python that has `mlflow` installed
 *   node bench/search.ts --smoke                                   few runs, Slipway alone, in seconds
 *   --runs=20000 --points=1000000                                  other sizes
 *   --database=postgres://…/a --peer-database=postgres://…/b       both on PostgreSQL, in databases of their own
 *   --keep=/some/folder                                            keeps the data there, and uses it again
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
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
import { fillPeer } from './tracking/peer-rows.ts'
import { analyze, fillPeerPostgres } from './tracking/peer-rows-postgres.ts'
import { paramsOf, pointsOf, type Shape, startedAt } from './tracking/search-data.ts'

const isSmoke = process.argv.includes('--smoke')
const flag = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1]
const shape: Shape = { runs: Number(flag('runs') ?? (isSmoke ? 300 : 20_000)), keys: 20, points: isSmoke ? 2 : 20 }
const chartPoints = Number(flag('points') ?? (isSmoke ? 20_000 : 1_000_000))
const rounds = isSmoke ? 10 : 60
const python = process.env.MLFLOW_PYTHON
const keep = flag('keep')
const database = flag('database')
const peerDatabase = flag('peer-database')

interface Query {
  readonly title: string
  readonly filter: string
  readonly order_by?: readonly string[]
  readonly max_results: number
}

const size = isSmoke ? 1 : 100
const queries: readonly Query[] = [
  { title: 'metric and param, newest first', filter: "metrics.m3 > 100 AND params.p1 != '3'", max_results: size },
  {
    title: 'metric and param, by another metric',
    filter: "metrics.m3 > 100 AND params.p1 != '3'",
    order_by: ['metrics.m5 DESC'],
    max_results: size,
  },
  {
    title: 'two metrics and a param, by a third',
    filter: "metrics.m3 > 100 AND metrics.m7 < 900 AND params.p1 = '4'",
    order_by: ['metrics.m5 ASC'],
    max_results: Math.ceil(size / 7),
  },
  {
    title: 'few of them match, by another metric',
    filter: "metrics.m3 > 950 AND params.p1 = '4'",
    order_by: ['metrics.m5 DESC'],
    max_results: 1,
  },
  { title: 'by a param', filter: 'metrics.m3 > 500', order_by: ['params.p2'], max_results: Math.ceil(size / 2) },
  { title: 'none match', filter: "metrics.m3 > 5000 AND params.p1 = '4'", max_results: size },
]

async function fillSlipway({ url }: Target): Promise<void> {
  const { experiment_id } = await call(url, 'experiments/create', { name: 'search' })
  await inParallel(8, shape.runs, async (run) => {
    const id = await createRun(url, String(experiment_id), startedAt + run)
    const metrics = pointsOf(run, shape)
    for (let at = 0; at < metrics.length; at += 1000) {
      const params = at === 0 ? paramsOf(run) : []
      await call(url, 'runs/log-batch', { run_id: id, metrics: metrics.slice(at, at + 1000), params })
    }
  })
}

async function fillChart({ url }: Target): Promise<void> {
  const { experiment_id } = await call(url, 'experiments/create', { name: 'chart' })
  const id = await createRun(url, String(experiment_id))
  await inParallel(2, Math.ceil(chartPoints / 1000), (batch) => {
    const metrics = Array.from({ length: 1000 }, (_, index) => {
      const step = batch * 1000 + index
      return { key: 'loss', value: Math.exp(-step / 1e5) + Math.sin(step), timestamp: startedAt + step, step }
    })
    return call(url, 'runs/log-batch', { run_id: id, metrics })
  })
}

async function experimentId(url: string, name: string): Promise<string> {
  const answer = await call(url, `experiments/get-by-name?experiment_name=${name}`)
  return (answer.experiment as { experiment_id: string }).experiment_id
}

/** The peer's tokens are offsets: where it has a hundredth page, its token is written down instead of walked to. */
async function jump(url: string, body: { max_results: number }, token: unknown): Promise<string | undefined> {
  const text = Buffer.from(String(token), 'base64').toString()
  if (!text.startsWith('{"offset"')) return undefined
  const far = Buffer.from(JSON.stringify({ offset: 99 * body.max_results })).toString('base64')
  const { runs } = await call(url, 'runs/search', { ...body, page_token: far })
  return Array.isArray(runs) && runs.length > 0 ? far : undefined
}

/** Milliseconds of the first page and of the hundredth, or of the last when there are fewer. */
async function measureQuery(url: string, experiment: string, { title: _, ...query }: Query) {
  const body = { experiment_ids: [experiment], ...query }
  let token: unknown
  let page = 1
  for (; page < 100; page++) {
    const answer = await call(url, 'runs/search', token === undefined ? body : { ...body, page_token: token })
    if (answer.next_page_token === undefined) break
    token = answer.next_page_token
    const jumped = await jump(url, body, token)
    if (jumped !== undefined) {
      token = jumped
      page = 100
      break
    }
  }
  const first = await timed(rounds, () => call(url, 'runs/search', body))
  const deep = await timed(rounds, () => call(url, 'runs/search', { ...body, page_token: token }))
  return { first, deep, page }
}

interface Line {
  readonly title: string
  readonly p50: number
  readonly p95: number
}

function lineOf(server: string, title: string, times: readonly number[]): Line {
  const line = { title, p50: quantile(times, 0.5), p95: quantile(times, 0.95) }
  console.log(`${server}: ${title}: median ${line.p50.toFixed(2)} ms, p95 ${line.p95.toFixed(2)} ms`)
  return line
}

async function measure({ name, url }: Target): Promise<Line[]> {
  const experiment = await experimentId(url, 'search')
  const lines: Line[] = []
  for (const query of queries) {
    const { first, deep, page } = await measureQuery(url, experiment, query)
    lines.push(lineOf(name, `${query.title}, page 1`, first), lineOf(name, `${query.title}, page ${page}`, deep))
  }
  const chart = await experimentId(url, 'chart')
  const found = (await call(url, 'runs/search', { experiment_ids: [chart] })).runs as { info: { run_id: string } }[]
  const path = `metrics/get-history-bulk-interval?run_ids=${found[0]?.info.run_id}&metric_key=loss`
  for (const [share, points] of [
    [1, 320],
    [1, 2500],
    [0.1, 320],
    [0.06, 2500],
    [0.01, 320],
    [0.001, 320],
  ] as const) {
    const from = Math.floor(chartPoints * (share === 1 ? 0 : 0.37))
    const range = `&max_results=${points}&start_step=${from}&end_step=${from + Math.ceil(chartPoints * share) - 1}`
    const title = `chart of ${Math.ceil(chartPoints * share)} of ${chartPoints} points in ${points}`
    lines.push(lineOf(name, title, await timed(rounds, () => call(url, path + range))))
  }
  return lines
}

async function run(name: string, open: (folder: string) => Promise<Target>, fill: (target: Target) => Promise<void>) {
  const folder = join(keep ?? mkdtempSync(join(tmpdir(), 'slipway-bench-')), name)
  const isFilled = existsSync(folder)
  mkdirSync(folder, { recursive: true })
  let target = await open(folder)
  try {
    if (!isFilled) {
      const started = performance.now()
      await fill(target)
      console.log(`${name}: filled in ${((performance.now() - started) / 1000).toFixed(0)} s`)
      await stop(target)
      target = await open(folder)
    }
    return await measure(target)
  } finally {
    await stop(target)
    if (keep === undefined) rmSync(join(folder, '..'), { recursive: true, force: true })
  }
}

const ours = await run(
  'slipway',
  (folder) => startSlipway(folder, database),
  async (target) => {
    await fillSlipway(target)
    await fillChart(target)
    // The peer's tables are analyzed after its fill as well; PostgreSQL itself does it within minutes.
    if (database !== undefined) await analyze(database)
  },
)
const theirs =
  python === undefined || isSmoke
    ? undefined
    : await run(
        'mlflow',
        (folder) => startPeer(python, folder, peerDatabase),
        async (target) => {
          await call(target.url, 'experiments/create', { name: 'search' })
          await call(target.url, 'experiments/create', { name: 'chart' })
          if (peerDatabase !== undefined) await fillPeerPostgres(peerDatabase, shape, chartPoints)
          else fillPeer(join(keep ?? '', 'mlflow', 'mlflow.db'), shape, chartPoints)
        },
      )
console.log(`${''.padEnd(58)} ${'median, p95'.padStart(18)} ${'of the peer'.padStart(20)}`)
for (const [index, { title, p50, p95 }] of ours.entries()) {
  const other = theirs?.[index]
  const pair = (line: Omit<Line, 'title'>) => `${line.p50.toFixed(1)}, ${line.p95.toFixed(1)}`
  const ratio = other === undefined ? '' : `${(other.p50 / p50).toFixed(0)}x, ${(other.p95 / p95).toFixed(0)}x`
  console.log(
    `${title.padEnd(58)} ${pair({ p50, p95 }).padStart(18)} ${(other ? pair(other) : '-').padStart(20)} ${ratio}`,
  )
}
