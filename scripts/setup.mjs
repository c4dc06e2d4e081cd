/**
 * `node scripts/setup.mjs <command> [args]`: makes a fresh clone ready, then runs the command with the repository's own
 * Node. Plain JavaScript without dependencies: it must run on whatever Node the machine has (20 or newer).
 *
 * Ready means: packages installed as the lock file says, and the web UI and the program built from the sources as they
 * are. Each is skipped when nothing changed since the last time, so a second run starts at once.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const startedAt = performance.timeOrigin
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const stamps = join(root, '.cache', 'setup')

function main() {
  const [command, ...args] = process.argv.slice(2)
  // `install` and not `ci`: ci refuses a lock file that lacks the optional packages of other platforms, and ours was
  // written where those were not to be had. --no-save leaves the lock file as it is.
  if (Number(process.versions.node.split('.')[0]) < 20) fail('Slipway needs Node 20 or newer to set itself up.')
  once(
    'install',
    ['package.json', 'package-lock.json', '.npmrc'],
    'node_modules/.package-lock.json',
    'Installing packages',
    () => run('npm', ['install', '--no-save', '--no-progress', '--loglevel=error']),
  )
  once(
    'ui',
    ['src/ui', 'src/sdk', 'vite.config.ts', 'package-lock.json'],
    'dist/ui/index.html',
    'Building the web UI',
    () => run('npm', ['run', '--silent', 'build:ui']),
  )
  once('program', ['src', 'scripts/build.ts', 'package-lock.json'], 'dist/main.js', 'Building the program', () =>
    run('node', ['scripts/build.ts']),
  )
  if (command === undefined) return
  const status = run(command, args, { mayFail: true })
  removeCacheOfNpm()
  process.exit(status)
}

/** npm keeps its compiled code in the temporary folder: what was made there just before this started does not stay. */
function removeCacheOfNpm() {
  const folder = join(tmpdir(), 'node-compile-cache')
  const made = statSync(folder, { throwIfNoEntry: false })?.birthtimeMs
  if (made !== undefined && made > startedAt - 60_000) rmSync(folder, { recursive: true, force: true })
}

/** Runs `work` unless it already ran for these inputs and its product is there. */
function once(name, inputs, product, title, work) {
  const stamp = join(stamps, name)
  const digest = digestOf(inputs)
  if (existsSync(join(root, product)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  const started = Date.now()
  process.stderr.write(`${title} …\n`)
  rmSync(stamp, { force: true })
  work()
  mkdirSync(stamps, { recursive: true })
  writeFileSync(stamp, digest)
  process.stderr.write(`${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

function run(command, args, { mayFail = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['inherit', mayFail ? 'inherit' : process.stderr, 'inherit'],
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  })
  if (result.error !== undefined) fail(`Cannot run ${command}: ${result.error.message}`)
  const code = result.status ?? 1
  if (code !== 0 && !mayFail) fail(`${command} ${args.join(' ')} failed with exit code ${code}.`)
  return code
}

function digestOf(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesOf(input))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
        .update('\0')
  }
  return hash.digest('hex')
}

function filesOf(path) {
  const absolute = join(root, path)
  if (!existsSync(absolute)) return []
  const entries = readdirSyncOrUndefined(absolute)
  if (entries === undefined) return [path]
  return entries.sort().flatMap((name) => filesOf(`${path}/${name}`))
}

function readdirSyncOrUndefined(path) {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

main()
