/**
 * `npm run test:clients`: drives a real Slipway with the real clients people have, from Python. Runs each folder of
 * test/clients with pytest against a server of its own, in a virtual environment that is made when it is first needed (kept
 * in .cache, remade when the requirements change). Arguments go to pytest: `npm run test:clients -- -k alias`. Ends with one line that counts.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { makeOwnFolders } from '../src/testing/own-folders.ts'
import { startPostgres } from '../src/testing/postgres.ts'

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

/** Variables of this machine: where packages come from stands there. */
const machine = { ...process.env }
const environments = new Map<string, Promise<string>>()

/** Python's mkdtemp, pytest and the databases of MLflow's own server: these clients never clean up, so what they leave goes with the folder. */
const leftByClients = /^(tmp\w{8}|pytest-of-\w+|db_init_lock-\w+)$/

async function main(): Promise<number> {
  const python = findPython()
  if (python === undefined) {
    console.log('skipped: the Python clients, because there is no python3 (3.10 or newer, with venv) on this machine')
    return isContinuous ? 1 : 0
  }
  const folders = await makeOwnFolders()
  Object.assign(process.env, folders.environment)
  const status = await runSuites((suite) => environmentFor(python, requirementsOf(suite)))
  const leftovers = (await folders.remove()).filter((path) => !leftByClients.test(basename(path)))
  if (leftovers.length === 0) return status
  console.error(`The tests left behind:\n  ${leftovers.join('\n  ')}`)
  return 1
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
function environmentFor(python: string, requirements: string): Promise<string> {
  const made = environments.get(requirements) ?? makeEnvironment(python, requirements)
  environments.set(requirements, made)
  return made
}

async function makeEnvironment(python: string, requirements: string): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const environment = join(root, '.cache', 'clients', digest)
  const interpreter = join(environment, 'bin', 'python')
  const ready = join(environment, 'ready')
  if (existsSync(ready)) return interpreter
  const started = performance.now()
  const title = `Installing ${relative(folder, requirements)}`
  console.error(`${title} …`)
  rmSync(environment, { recursive: true, force: true })
  await mustRun(python, ['-m', 'venv', environment])
  await mustRun(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(ready, '')
  console.error(`${title}: done in ${seconds(started)} s`)
  return interpreter
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: machine })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${status}`)
}

interface Suite {
  readonly name: string
  readonly isOnPostgres: boolean
}

/** A client and its server mostly wait for each other, so as many suites at a time as there are cores, and one more. */
async function runSuites(pythonFor: (suite: string) => Promise<string>): Promise<number> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => name)
  // The longest first, so that nobody waits for it at the end; then those whose packages are installed meanwhile.
  const urgency = (name: string) =>
    onBothDatabases.has(name) ? 2 : requirementsOf(name).startsWith(join(folder, name)) ? 1 : 0
  const ordered = [...names].sort((a, b) => urgency(b) - urgency(a))
  const suites = ordered.flatMap((name): Suite[] => {
    const first = { name, isOnPostgres: false }
    return onBothDatabases.has(name) ? [first, { ...first, isOnPostgres: true }] : [first]
  })
  const all: Counts[] = []
  const lane = async () => {
    for (let suite = suites.shift(); suite !== undefined; suite = suites.shift())
      all.push(await runOn(suite, await pythonFor(suite.name)))
  }
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane))
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0)
  console.log(`tests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  if (isContinuous && sum('skipped') > 0) console.error('In CI nothing may be skipped.')
  return sum('failed') > 0 || sum('passed') === 0 || (isContinuous && sum('skipped') > 0) ? 1 : 0
}

async function runOn(suite: Suite, python: string): Promise<Counts> {
  if (!suite.isOnPostgres) return runSuite(suite, python, undefined)
  const postgres = await startPostgres()
  try {
    return await runSuite(suite, python, `${postgres.url}/postgres`)
  } finally {
    await postgres.stop()
  }
}

async function runSuite(suite: Suite, python: string, databaseUrl: string | undefined): Promise<Counts> {
  const title = `${suite.name} on ${suite.isOnPostgres ? 'PostgreSQL' : 'SQLite'}`
  console.error(`${title} … (follow it in ${relative(process.cwd(), fileOf(suite, 'log'))})`)
  const started = performance.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-clients-'))
  const server = await startServer({ dataDir, databaseUrl, python })
  try {
    const { counts, output } = await runPytest(suite, python, server.url)
    console.error(`${output}\n${counts.failed === 0 ? '✓' : '✗'} ${title} (${seconds(started)} s)`)
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

/** What pytest says is told when it is done: two suites at a time would mix their lines. */
function runPytest(suite: Suite, python: string, url: string): Promise<{ counts: Counts; output: string }> {
  const [results, log] = [fileOf(suite, 'xml'), fileOf(suite, 'log')]
  mkdirSync(dirname(log), { recursive: true })
  rmSync(results, { force: true })
  const output = openSync(log, 'w')
  const child = spawn(python, ['-m', 'pytest', `--junitxml=${results}`, ...process.argv.slice(2)], {
    cwd: join(folder, suite.name),
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      SLIPWAY_URL: url,
      // On the second database what does not depend on it is not run again.
      ...(suite.isOnPostgres ? { SLIPWAY_TEST_AGAIN: 'true' } : {}),
      MLFLOW_TRACKING_URI: url,
      // A failure must fail the test now, and not after minutes of repeating.
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  })
  closeSync(output)
  return new Promise((done) => {
    child.once('exit', () => done({ counts: readCounts(results), output: readFileSync(log, 'utf8') }))
  })
}

function fileOf(suite: Suite, kind: 'xml' | 'log'): string {
  return join(root, '.cache', 'clients', `${suite.name}${suite.isOnPostgres ? '-postgres' : ''}.${kind}`)
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
