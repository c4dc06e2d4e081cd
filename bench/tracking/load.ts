/** What the benches of tracking share: servers started and ended, requests over kept connections, quantiles. */
import { type ChildProcess, spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

export interface Target {
  readonly name: string
  readonly url: string
  readonly process: ChildProcess
}

/** A server may close an idle connection just as it is used again: then once more, on a new one. */
export async function call(url: string, path: string, body?: object): Promise<Record<string, unknown>> {
  try {
    return await send(`${url}/api/2.0/mlflow/${path}`, body, agent)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
    return send(`${url}/api/2.0/mlflow/${path}`, body, false)
  }
}

function send(url: string, body: object | undefined, via: Agent | false): Promise<Record<string, unknown>> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const method = text === undefined ? 'GET' : 'POST'
  return new Promise((done, fail) => {
    const sent = request(url, { agent: via, method, headers: { 'content-type': 'application/json' } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const received = Buffer.concat(chunks).toString()
        if (answer.statusCode === 200) done(JSON.parse(received) as Record<string, unknown>)
        else fail(new Error(`${url}: ${answer.statusCode} ${received.slice(0, 300)}`))
      })
    })
    sent.on('error', fail)
    sent.end(text)
  })
}

export async function createRun(url: string, experimentId: string, startedAt = Date.now()): Promise<string> {
  const answer = await call(url, 'runs/create', { experiment_id: experimentId, start_time: startedAt })
  return (answer.run as { info: { run_id: string } }).info.run_id
}

export async function inParallel(
  width: number,
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

export const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

/** Milliseconds of each call; a slow server is called for ten seconds, at least three times. */
export async function timed(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const until = performance.now() + 10_000
  for (let index = 0; index < count && (index < 3 || performance.now() < until); index++) {
    const started = performance.now()
    await work(index)
    times.push(performance.now() - started)
  }
  return times
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => probe.once('listening', done))
  const address = probe.address()
  await new Promise((done) => probe.close(done))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Starts a server and waits until its `/health` answers. */
export async function start(
  name: string,
  folder: string,
  command: (port: string) => readonly string[],
): Promise<Target> {
  const port = String(await freePort())
  const [program = '', ...args] = command(port)
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder, detached: true })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 1800; tries++) {
    const isUp = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return { name, url, process: child }
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${name} did not start`)
}

/** The peer has worker processes: its whole group goes. */
export async function stop({ process: child }: Target): Promise<void> {
  process.kill(-(child.pid ?? 0), 'SIGTERM')
  await new Promise((done) => child.once('exit', done))
}

export function startSlipway(folder: string, databaseUrl?: string): Promise<Target> {
  return start('slipway', folder, (port) => [
    process.execPath,
    join(root, 'src', 'main.ts'),
    'serve',
    '--port',
    port,
    '--data-dir',
    join(folder, 'data'),
    ...(databaseUrl === undefined ? [] : ['--database-url', databaseUrl]),
  ])
}

/** With a database of its own on PostgreSQL when one is named; its Python needs psycopg then. */
export function startPeer(python: string, folder: string, databaseUrl?: string): Promise<Target> {
  const store = databaseUrl?.replace(/^postgres:/, 'postgresql:') ?? `sqlite:///${join(folder, 'mlflow.db')}`
  return start('mlflow', folder, (port) => [
    python,
    '-m',
    'mlflow',
    'server',
    '--port',
    port,
    '--backend-store-uri',
    store,
    '--artifacts-destination',
    join(folder, 'artifacts'),
  ])
}
