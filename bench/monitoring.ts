/**
 * Drift of one window: 1,000,000 rows of 20 numeric columns, each with KS and p-value, Wasserstein-1, PSI, Jensen-Shannon
 * and Hellinger distance, against (a) a stored baseline of 20,000 rows as the server keeps it, (b) all 1,000,000 rows of
 * the reference; beside scipy and, when installed, Evidently, once each, on the same numbers in the same run.
 *
 *   BENCH_PYTHON=/path/to/python node bench/monitoring.ts     a Python with scipy; without one the peer is skipped
 *   node bench/monitoring.ts --smoke                          10,000 rows, one round
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBaseline, type FeatureBaseline } from '../src/modules/monitoring/statistics/baseline.ts'
import { seededNormal } from '../src/modules/monitoring/statistics/seeded.ts'
import { windowDrift } from '../src/modules/monitoring/statistics/window-drift.ts'

const isSmoke = process.argv.includes('--smoke')
const rowCount = isSmoke ? 10_000 : 1_000_000
const columnCount = 20
const rounds = isSmoke ? 1 : 3
const storedRows = 20_000
const options = { method: 'psi', alpha: 0.05, minRows: 30 } as const

interface PeerAnswer {
  readonly scipy: string
  readonly seconds: number[]
  readonly results: [ks: number, pValue: number, wasserstein: number, psi: number][]
  readonly evidently?: string
  readonly evidentlySeconds?: number
}

/** Values that float32 holds exactly, so that both sides see the same numbers; column i is shifted by i hundredths. */
function columns(seed: number, shift: number): Float32Array[] {
  const draw = seededNormal(seed)
  return Array.from({ length: columnCount }, (_, i) =>
    Float32Array.from({ length: rowCount }, () => draw() + shift * i),
  )
}

function measure(baselines: readonly FeatureBaseline[], current: readonly Float32Array[]) {
  const features = baselines.map((baseline, i) => ({
    baseline,
    current: { type: 'numeric' as const, values: current[i] ?? new Float32Array(), missing: 0 },
  }))
  const times: number[] = []
  let drifts = windowDrift([], options)
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    drifts = windowDrift(features, options)
    times.push((performance.now() - start) / 1000)
  }
  return { seconds: median(times), drifts }
}

function askPeer(python: string, reference: readonly Float32Array[], current: readonly Float32Array[]): PeerAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  try {
    const paths = [reference, current].map((side, i) => {
      const path = join(folder, `${i}.f64`)
      writeFileSync(path, Buffer.concat(side.map((column) => new Uint8Array(Float64Array.from(column).buffer))))
      return path
    })
    const script = join(import.meta.dirname, 'monitoring', 'peer.py')
    const output = execFileSync(python, [script, ...paths, String(columnCount), '1'], {
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return JSON.parse(output.toString().trim().split('\n').at(-1) ?? '') as PeerAnswer
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const show = (seconds: number) => (seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`)

console.log(
  `${rowCount} rows × ${columnCount} columns, median of ${rounds}; ${cpus()[0]?.model}, Node ${process.version}`,
)
const [reference, current] = [columns(1, 0), columns(2, 0.01)]
const buildStart = performance.now()
const stored = reference.map((column, i) => buildBaseline(`f${i}`, [...column.subarray(0, storedRows)]))
console.log(`building the stored baseline of ${storedRows} rows: ${show((performance.now() - buildStart) / 1000)}`)
const fast = measure(stored, current)
console.log(
  `(a) against the stored baseline: ${show(fast.seconds)}, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
)
const whole = reference.map((column, i) => buildBaseline(`f${i}`, Array.from(column)))
const full = measure(whole, current)
console.log(`(b) against every row of the reference: ${show(full.seconds)}`)

const python = process.env.BENCH_PYTHON
if (python === undefined) console.log('peer skipped: BENCH_PYTHON is not set')
else {
  const peer = askPeer(python, reference, current)
  const theirs = median(peer.seconds)
  console.log(`scipy ${peer.scipy}, KS + Wasserstein + PSI: ${show(theirs)}`)
  console.log(
    `ratio: (b) ${(theirs / full.seconds).toFixed(1)} × as fast, (a) ${(theirs / fast.seconds).toFixed(1)} × as fast`,
  )
  const worst = Math.max(
    ...full.drifts.map((drift) => {
      const [ks, , wasserstein] = peer.results[Number(drift.feature.slice(1))] ?? [0, 0, 0]
      const ours = drift.distances.wasserstein ?? 0
      return Math.max(Math.abs(drift.statistic - ks), Math.abs(ours - wasserstein))
    }),
  )
  console.log(`largest difference of KS and Wasserstein to scipy: ${worst.toExponential(1)}`)
  if (peer.evidentlySeconds !== undefined) {
    console.log(
      `Evidently ${peer.evidently}, its default preset: ${show(peer.evidentlySeconds)}, ratio (b) ${(peer.evidentlySeconds / full.seconds).toFixed(1)} ×`,
    )
  }
}
