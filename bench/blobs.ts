/**
 * Blob put and get against `sha256sum` plus `cp` on the same file, side by side in the same run.
 *
 *   node bench/blobs.ts            1 GiB, five rounds
 *   node bench/blobs.ts --smoke    64 MiB, one round
 *
 * `cp` leaves its copy in the page cache, a put is durable when it resolves; so the peer is timed both as it is and with
 * a `sync` of the copy.
 */
import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { createReadStream, createWriteStream, openSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openBlobs } from '../src/platform/blobs/index.ts'
import { systemClock } from '../src/platform/runtime/index.ts'

const isSmoke = process.argv.includes('--smoke')
const sizeMib = isSmoke ? 64 : 1024
const rounds = isSmoke ? 1 : 5
const folder = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'slipway-bench-'))
const source = join(folder, 'source')
const copy = join(folder, 'copy')

function makeFile(): void {
  const file = openSync(source, 'w')
  const chunk = Buffer.alloc(1 << 20)
  for (let n = 0; n < sizeMib; n++) writeSync(file, randomFillSync(chunk))
  execFileSync('sync', [source])
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

interface Round {
  sha256sum: number
  cp: number
  sync: number
  put: number
  get: number
  getCp: number
}

async function round(): Promise<Round> {
  const sha256sum = await seconds(() => execFileSync('sha256sum', [source]))
  const cp = await seconds(() => execFileSync('cp', [source, copy]))
  const sync = await seconds(() => execFileSync('sync', [copy]))
  rmSync(copy)
  const store = join(folder, 'store')
  const blobs = await openBlobs({ url: `file:${store}`, cacheDir: '', clock: systemClock })
  let digest = ''
  const put = await seconds(async () => {
    digest = (await blobs.write(createReadStream(source, { highWaterMark: 1 << 20 }))).digest
  })
  const get = await seconds(async () => {
    await pipeline(await blobs.read(digest), createWriteStream(copy, { highWaterMark: 4 << 20 }))
  })
  rmSync(copy)
  const getCp = await seconds(() => execFileSync('cp', [source, copy]))
  rmSync(copy)
  rmSync(store, { recursive: true })
  return { sha256sum, cp, sync, put, get, getCp }
}

try {
  makeFile()
  const results: Round[] = []
  const rssBefore = process.memoryUsage().rss
  for (let n = 0; n < rounds; n++) {
    results.push(await round())
  }
  const of = (key: keyof Round) => median(results.map((result) => result[key]))
  const rate = (value: number) => `${(sizeMib / value).toFixed(0)} MiB/s`
  const [sha, cp, sync, put, get, getCp] = (['sha256sum', 'cp', 'sync', 'put', 'get', 'getCp'] as const).map(of)
  const peer = (sha ?? 0) + (cp ?? 0)
  console.log(`${sizeMib} MiB, medians of ${rounds}, node ${process.version}`)
  console.log(`sha256sum ${sha?.toFixed(2)} s, cp ${cp?.toFixed(2)} s, sync ${sync?.toFixed(2)} s`)
  console.log(`put ${put?.toFixed(2)} s (${rate(put ?? 0)}), durable`)
  console.log(`get ${get?.toFixed(2)} s (${rate(get ?? 0)}), to a file; cp of the same bytes ${getCp?.toFixed(2)} s`)
  console.log(`put against sha256sum + cp: ${((100 * peer) / (put ?? 1)).toFixed(0)} %`)
  console.log(`put against sha256sum + cp + sync: ${((100 * (peer + (sync ?? 0))) / (put ?? 1)).toFixed(0)} %`)
  console.log(`get against cp alone: ${((100 * (getCp ?? 0)) / (get ?? 1)).toFixed(0)} %`)
  console.log(`get against sha256sum + cp: ${((100 * peer) / (get ?? 1)).toFixed(0)} %`)
  console.log(`memory grew by ${((process.memoryUsage().rss - rssBefore) / 2 ** 20).toFixed(0)} MiB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
