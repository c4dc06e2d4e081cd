/**
 * How long until the server is ready, and how much memory it holds when idle.
 *
 *   node bench/startup.ts [--smoke] [--peer "mlflow server --port {port} --backend-store-uri sqlite:///{dir}/m.db"]
 *
 * Time runs from the start of the process to the first 200 of /health (and, for us, of /ready), with an existing data
 * directory and a warm compile cache; memory is the resident set of the whole process tree after 5 s without requests.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Sample {
  readonly readyMs: number
  readonly idleMb: number
}

const isSmoke = process.argv.includes('--smoke')
const peerIndex = process.argv.indexOf('--peer')
const peer = peerIndex === -1 ? undefined : process.argv[peerIndex + 1]
const rounds = isSmoke ? 2 : 7
const idleWaitMs = isSmoke ? 200 : 5_000

async function sample(command: readonly string[], port: number, path: string): Promise<Sample> {
  const started = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore', detached: true })
  await answers(`http://127.0.0.1:${port}${path}`, child)
  const readyMs = performance.now() - started
  await new Promise((resolve) => setTimeout(resolve, idleWaitMs))
  const idleMb = treeOf(child.pid ?? 0).reduce((sum, pid) => sum + residentMb(pid), 0)
  process.kill(-(child.pid ?? 0), 'SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  return { readyMs, idleMb }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`)
    const isUp = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function treeOf(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))]
}

function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
const ours = ['bin/slipway', 'serve', '--data-dir', join(dir, 'data'), '--port']
// Makes the data directory and fills the compile cache.
const first = await freePort()
await sample([...ours, String(first)], first, '/ready')
const samples = { slipway: [] as Sample[], peer: [] as Sample[] }
for (let round = 0; round < rounds; round++) {
  const port = await freePort()
  samples.slipway.push(await sample([...ours, String(port)], port, '/ready'))
  if (peer === undefined) continue
  const peerPort = await freePort()
  const command = peer.replaceAll('{port}', String(peerPort)).replaceAll('{dir}', dir).split(' ')
  samples.peer.push(await sample(command, peerPort, '/health'))
}
for (const [name, rows] of Object.entries(samples)) {
  if (rows.length === 0) continue
  const ready = rows.map((row) => row.readyMs)
  console.log(
    `${name.padEnd(8)} ready ${median(ready).toFixed(0)} ms (${Math.min(...ready).toFixed(0)}–${Math.max(...ready).toFixed(0)}), idle ${median(rows.map((row) => row.idleMb)).toFixed(0)} MB`,
  )
}
if (samples.peer.length > 0) {
  const ratio = median(samples.peer.map((row) => row.readyMs)) / median(samples.slipway.map((row) => row.readyMs))
  console.log(`ready ${ratio.toFixed(1)}x sooner than the peer`)
}
rmSync(dir, { recursive: true, force: true })
