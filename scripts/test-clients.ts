/**
 * `npm run test:clients`: drives a real Slipway with the real clients people have, from Python. Makes one virtual
 * environment (kept in .cache, remade when the requirements change), then runs each folder of test/clients with pytest
 * against a server of its own. Arguments go to pytest: `npm run test:clients -- -k alias`. Ends with one line that counts.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startPostgres } from '../src/testing/postgres-setup.ts'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'test', 'clients')
const isContinuous = process.env.CI === 'true'

/** Suites whose protocol leans on SQL run on both databases. */
const onBothDatabases = new Set(['mlflow'])

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

function main(): Promise<number> {
  const python = findPython()
  if (python === undefined) {
    console.log('skipped: the Python clients, because there is no python3 (3.10 or newer, with venv) on this machine')
    return Promise.resolve(isContinuous ? 1 : 0)
  }
  return runSuites((suite) => makeEnvironment(python, requirementsOf(suite)))
}

function findPython(): string | undefined {
  const names = process.env.PYTHON === undefined ? ['python3', 'python'] : [process.env.PYTHON]
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'
  return names.find((name) => spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0)
}

/** A client whose packages exclude those of the others brings its own file. */
function requirementsOf(suite: string): string {
  const own = join(folder, suite, 'requirements.txt')
  return existsSync(own) ? own : join(folder, 'requirements.txt')
}

/** The interpreter of a virtual environment with exactly the packages of a requirements file. */
function makeEnvironment(python: string, requirements: string): string {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const environment = join(root, '.cache', 'clients', digest)
  const interpreter = join(environment, 'bin', 'python')
  const ready = join(environment, 'ready')
  if (existsSync(ready)) return interpreter
  const started = performance.now()
  console.error('Installing the Python clients …')
  rmSync(environment, { recursive: true, force: true })
  mustRun(python, ['-m', 'venv', environment])
  mustRun(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(ready, '')
  console.error(`Installing the Python clients: done in ${seconds(started)} s`)
  return interpreter
}

function mustRun(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${status}`)
}

async function runSuites(pythonFor: (suite: string) => string): Promise<number> {
  const suites = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('_'),
  )
  const all: Counts[] = []
  for (const { name } of suites) {
    const python = pythonFor(name)
    all.push(await runSuite(python, name, undefined))
    if (!onBothDatabases.has(name)) continue
    const postgres = await startPostgres()
    try {
      all.push(await runSuite(python, name, `${postgres.url}/postgres`))
    } finally {
      await postgres.stop()
    }
  }
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0)
  console.log(`tests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (isContinuous && sum('skipped') > 0) console.error('In CI nothing may be skipped.')
  return sum('failed') > 0 || sum('passed') === 0 || (isContinuous && sum('skipped') > 0) ? 1 : 0
}

async function runSuite(python: string, suite: string, databaseUrl: string | undefined): Promise<Counts> {
  const title = `${suite} on ${databaseUrl === undefined ? 'SQLite' : 'PostgreSQL'}`
  const started = performance.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-clients-'))
  const server = await startServer({ dataDir, databaseUrl, python })
  try {
    const counts = await runPytest(python, suite, { url: server.url, isFirst: databaseUrl === undefined })
    console.error(`${counts.failed === 0 ? '✓' : '✗'} ${title} (${seconds(started)} s)`)
    return counts
  } finally {
    await stop(server.process)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface ServerOptions {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly python: string
}

async function startServer({ dataDir, databaseUrl, python }: ServerOptions) {
  const database = databaseUrl === undefined ? [] : ['--database-url', databaseUrl]
  const args = ['serve', '--port', '0', '--data-dir', dataDir, ...database]
  const child = spawn(join(root, 'bin', 'slipway'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: dataDir,
    // Python models run in the clients' own environment: building one for each would take minutes.
    env: { ...process.env, SLIPWAY_SERVING_PYTHON: python, SLIPWAY_SERVING_PYTHON_TIMEOUT_MS: '3000' },
  })
  const url = await new Promise<string>((ready, fail) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      const found = /ready at (http\S+)/i.exec(output)?.[1]
      if (found !== undefined) ready(found)
    })
    child.once('exit', (code) => fail(new Error(`the server ended with ${code} before it was ready: ${output}`)))
  })
  return { process: child, url }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })
}

interface Given {
  readonly url: string
  /** False for the second database, where what does not depend on it is not run again. */
  readonly isFirst: boolean
}

function runPytest(python: string, suite: string, { url, isFirst }: Given): Promise<Counts> {
  const results = join(root, '.cache', 'clients', `${suite}.xml`)
  mkdirSync(join(root, '.cache', 'clients'), { recursive: true })
  rmSync(results, { force: true })
  const child = spawn(python, ['-m', 'pytest', `--junitxml=${results}`, ...process.argv.slice(2)], {
    cwd: join(folder, suite),
    stdio: 'inherit',
    env: {
      ...process.env,
      SLIPWAY_URL: url,
      ...(isFirst ? {} : { SLIPWAY_TEST_AGAIN: 'true' }),
      MLFLOW_TRACKING_URI: url,
      // A failure must fail the test now, and not after minutes of repeating.
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  })
  return new Promise((done) => child.once('exit', () => done(readCounts(results))))
}

function readCounts(path: string): Counts {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 }
  const text = readFileSync(path, 'utf8')
  const count = (name: string) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0)
  const failed = count('failures') + count('errors')
  return { passed: count('tests') - failed - count('skipped'), failed, skipped: count('skipped') }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}

process.exitCode = await main()
