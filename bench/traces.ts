/**
 * Spans over OTLP/HTTP in protobuf, as exporters send them (512 spans a request, gzip off), Slipway and `mlflow server` (its
 * defaults on SQLite) driven by the same client code, one after the other in the same run; then the search of traces.
 *
 *   MLFLOW_PYTHON=/path/to/venv/bin/python node bench/traces.ts    with the peer: a Python that has `mlflow` installed
 *   node bench/traces.ts                                           Slipway alone
 *   node bench/traces.ts --smoke                                   small numbers, in seconds
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type WrittenSpan, writeRequest } from '../src/testing/otlp-request.ts'

const isSmoke = process.argv.includes('--smoke')
const python = process.env.MLFLOW_PYTHON
const root = resolve(import.meta.dirname, '..')
const spansPerTrace = 8
const tracesPerRequest = 64
const clients = 4
const sizes = isSmoke ? { requests: 8, searches: 5 } : { requests: 120, searches: 40 }

interface Result {
  readonly spansPerSecond: number
  readonly searchP95: number
}

/** Spans as an application with a model behind it sends them: about 700 bytes each. */
function makeTrace(): WrittenSpan[] {
  const traceId = randomBytes(16).toString('hex')
  const ids = Array.from({ length: spansPerTrace }, () => randomBytes(8).toString('hex'))
  const begin = BigInt(Date.now()) * 1_000_000n
  return ids.map((spanId, index) => ({
    traceId,
    spanId,
    ...(index === 0 ? {} : { parentSpanId: ids[0] ?? '' }),
    name: index === 0 ? 'answer' : `step ${index}`,
    startNs: begin + BigInt(index) * 1_000_000n,
    endNs: begin + BigInt(index + 5) * 1_000_000n,
    status: 1,
    attributes: {
      'mlflow.spanType': index === 0 ? 'CHAIN' : 'RETRIEVER',
      'mlflow.spanInputs': { question: 'Which flights of tomorrow will be late, and by how much?', limit: 10n },
      'mlflow.spanOutputs': Array.from({ length: 5 }, (_, one) => ({ page: `document ${one}`, score: 0.5 + one })),
      'http.request.method': 'POST',
      'server.address': 'models.internal',
      'gen_ai.usage.input_tokens': 512n,
    },
  }))
}

async function ingest(url: string): Promise<number> {
  const bodies = Array.from({ length: sizes.requests }, () =>
    writeRequest(Array.from({ length: tracesPerRequest }, makeTrace).flat(), { 'service.name': 'bench' }),
  )
  const send = async (body: Buffer) => {
    const headers = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': '0' }
    const answer = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(body) })
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
  await send(writeRequest(makeTrace()))
  const queue = [...bodies]
  const started = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let body = queue.pop(); body !== undefined; body = queue.pop()) await send(body)
    }),
  )
  return (sizes.requests * tracesPerRequest * spansPerTrace) / ((performance.now() - started) / 1000)
}

async function search(url: string): Promise<number> {
  const body = JSON.stringify({
    locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }],
    filter: "span.name = 'step 3' AND execution_time_ms > 1",
    max_results: 50,
  })
  const times: number[] = []
  for (let count = 0; count < sizes.searches; count++) {
    const started = performance.now()
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/3.0/mlflow/traces/search`, { method: 'POST', headers, body })
    const { traces } = (await answer.json()) as { traces?: unknown[] }
    if (traces?.length !== 50) throw new Error(`found ${traces?.length} traces`)
    times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => probe.once('listening', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  return String(typeof address === 'object' && address !== null ? address.port : 0)
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 1200 && child.exitCode === null; tries++) {
    const isUp = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`no server at ${url}`)
}

/** Starts, measures and ends one server, so that the two never compete for the machine. */
async function measure(command: (port: string, folder: string) => readonly string[]): Promise<Result> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  const [program = '', ...args] = command(port, folder)
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder, detached: true })
  const url = `http://127.0.0.1:${port}`
  try {
    await ready(url, child)
    return { spansPerSecond: await ingest(url), searchP95: await search(url) }
  } finally {
    // The peer has worker processes: its whole group goes.
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await new Promise((done) => child.once('exit', done))
    rmSync(folder, { recursive: true, force: true })
  }
}

const ours = await measure((port, folder) => [
  process.execPath,
  join(root, 'src', 'main.ts'),
  'serve',
  '--port',
  port,
  '--data-dir',
  join(folder, 'data'),
])
const theirs =
  python === undefined
    ? undefined
    : await measure((port, folder) => [
        python,
        '-m',
        'mlflow',
        'server',
        '--port',
        port,
        '--backend-store-uri',
        `sqlite:///${join(folder, 'mlflow.db')}`,
      ])

const spans = sizes.requests * tracesPerRequest * spansPerTrace
print(`spans/s by OTLP (${spans} in requests of 512, ${clients} clients)`, (one) => one.spansPerSecond, true)
print(`search of ${spans / spansPerTrace} traces by a span's name, 50 of them, p95 ms`, (one) => one.searchP95, false)

function print(title: string, of: (result: Result) => number, isRate: boolean): void {
  const own = of(ours)
  const peer = theirs === undefined ? undefined : of(theirs)
  const ratio = peer === undefined ? '' : `${(isRate ? own / peer : peer / own).toFixed(1)}x`
  console.log(`${title.padEnd(72)} ${own.toFixed(1).padStart(10)} ${(peer?.toFixed(1) ?? '-').padStart(10)} ${ratio}`)
}
