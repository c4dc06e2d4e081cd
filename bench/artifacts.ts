/**
 * One large artifact up and down by `curl` through MLflow's artifact proxy, beside a plain copy of the same file over
 * loopback HTTP and, when there is one, `mlflow server`; in turn in each round.
 *
 *   node bench/artifacts.ts                                              1 GiB, five rounds
 *   MLFLOW_PYTHON=/path/to/venv/bin/python node bench/artifacts.ts       with the peer
 *   node bench/artifacts.ts --smoke                                      64 MiB, one round
 */
import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRun, quantile, start, startPeer, startSlipway, stop, type Target } from './tracking/load.ts'

const isSmoke = process.argv.includes('--smoke')
const sizeMib = isSmoke ? 64 : 1024
const rounds = isSmoke ? 1 : 5
const python = process.env.MLFLOW_PYTHON
const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'slipway-bench-'))
const source = join(folder, 'source')
const received = join(folder, 'received')

interface Times {
  readonly up: number[]
  readonly down: number[]
}

function makeFile(): void {
  const file = openSync(source, 'w')
  const chunk = Buffer.alloc(1 << 20)
  for (let n = 0; n < sizeMib; n++) writeSync(file, randomFillSync(chunk))
  execFileSync('sync', [source])
}

/** What the one before left to be written is written first: only we wait for the disk, and not for its bytes. */
function seconds(args: readonly string[]): number {
  execFileSync('sync')
  const started = performance.now()
  execFileSync('curl', ['--silent', '--show-error', '--fail', '--header', 'Expect:', ...args])
  return (performance.now() - started) / 1000
}

/** The peak so far, in MB: the kernel keeps it. */
function peakMemory({ process: child }: Target): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
}

const proxied = async ({ url }: Target) =>
  `${url}/api/2.0/mlflow-artifacts/artifacts/0/${await createRun(url, '0')}/artifacts/weights.bin`

/** Up under a new name each time, so that no server can know the file's place already; down, and compared. */
async function round(target: Target, times: Times): Promise<void> {
  const address = target.name === 'plain' ? `${target.url}/file` : await proxied(target)
  times.up.push(seconds(['--upload-file', source, '--output', '/dev/null', address]))
  times.down.push(seconds(['--output', received, address]))
  execFileSync('cmp', [source, received])
  rmSync(received)
}

const targets: Target[] = []
try {
  makeFile()
  const plain = [join(import.meta.dirname, 'artifacts', 'plain-server.ts'), join(folder, 'plain')] as const
  targets.push(await start('plain', folder, (port) => [process.execPath, plain[0], port, plain[1]]))
  targets.push(await startSlipway(folder))
  if (python !== undefined) {
    mkdirSync(join(folder, 'peer'))
    targets.push(await startPeer(python, join(folder, 'peer')))
  }
  const times = new Map(targets.map(({ name }) => [name, { up: [], down: [] } as Times]))
  const before = new Map(targets.map((target) => [target.name, peakMemory(target)]))
  for (let n = 0; n < rounds; n++)
    for (const target of targets) await round(target, times.get(target.name) ?? { up: [], down: [] })
  const median = (name: string, way: keyof Times) => quantile(times.get(name)?.[way] ?? [], 0.5)
  console.log(
    `${sizeMib} MiB, median of ${rounds}: MiB/s up, down (share of a plain copy); peak memory before and after`,
  )
  for (const target of targets) {
    const [up, down] = (['up', 'down'] as const).map((way) => {
      const own = median(target.name, way)
      return `${(sizeMib / own).toFixed(0)} (${((100 * median('plain', way)) / own).toFixed(0)} %)`
    })
    const memory = `${before.get(target.name)?.toFixed(0)} -> ${peakMemory(target).toFixed(0)} MB`
    console.log(`${target.name.padEnd(8)} ${up?.padStart(13)} ${down?.padStart(13)}   ${memory}`)
  }
} finally {
  await Promise.all(targets.map(stop))
  rmSync(folder, { recursive: true, force: true })
}
