/**
 * The web application in a real browser against a real server on localhost: the first load with an empty cache, the
 * JavaScript that it fetches, and the runs page with 20 000 runs. `node bench/ui.ts [--smoke]`; needs `npm run build:ui`
 * and Debian's chromium.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { repository, startServer } from '../examples/flights/replay/server.ts'
import { createSlipway, type Slipway } from '../src/sdk/index.ts'
import { openBrowser } from '../test/browser/browser.ts'

const isSmoke = process.argv.includes('--smoke')
const rounds = isSmoke ? 2 : 7
const runCount = isSmoke ? 500 : 20_000

interface Load {
  /** From the request of the page until its title stands there. */
  readonly headingMs: number
  readonly scriptBytes: number
  readonly requests: number
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Opens a page in a browser profile that has never seen it. Bytes are those on the wire. */
async function firstLoad(url: string): Promise<Load> {
  const browser = await openBrowser()
  try {
    const tab = await browser.context.newPage()
    const startedAt = performance.now()
    await tab.goto(url, { waitUntil: 'commit' })
    await tab.locator('h1, h2').first().waitFor()
    const headingMs = performance.now() - startedAt
    await tab.waitForTimeout(500)
    const entries = await tab.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => {
        const { name, transferSize } = entry as PerformanceResourceTiming
        return { name, transferSize }
      }),
    )
    const scripts = entries.filter(({ name }) => name.endsWith('.js'))
    return {
      headingMs,
      scriptBytes: scripts.reduce((sum, { transferSize }) => sum + transferSize, 0),
      requests: entries.length,
    }
  } finally {
    await browser.close()
  }
}

async function fillRuns(slipway: Slipway): Promise<void> {
  const { id: experimentId } = await slipway.experiments.create({ name: 'many' })
  const indexes = Array.from({ length: runCount }, (_, index) => index)
  const worker = async () => {
    for (let index = indexes.pop(); index !== undefined; index = indexes.pop()) {
      const run = await slipway.runs.create({ experimentId, name: `run-${index}` })
      const metrics = ['loss', 'accuracy', 'auc'].map((key) => ({
        key,
        value: (index * 7919) % 1000,
        step: 0,
        timestamp: index,
      }))
      await slipway.runs.log({ runId: run.id, metrics, params: { depth: String(index % 9), rate: '0.1' } })
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

/** Time until the first rows of the runs page, then how long frames took while all runs were scrolled through. */
async function runsPage(tab: Page, url: string): Promise<{ rowsMs: number; frames: number[]; loaded: number }> {
  const startedAt = performance.now()
  await tab.goto(`${url}/runs`)
  await tab.locator('tbody tr').first().waitFor()
  const rowsMs = performance.now() - startedAt
  const count = async () =>
    Number(await tab.getByRole('table', { name: 'runs' }).getAttribute('aria-rowcount', { timeout: 60_000 })) - 1
  const scroll = () =>
    tab
      .locator('section[aria-label="runs, scrolling area"]')
      .evaluate((area) => area.scrollTo({ top: area.scrollHeight }))
  while ((await count()) < runCount) {
    await scroll()
    await tab.waitForTimeout(100)
  }
  const frames = await tab.locator('section[aria-label="runs, scrolling area"]').evaluate(async (area) => {
    const frames: number[] = []
    let last = performance.now()
    for (let frame = 0; frame < 120; frame++) {
      area.scrollTo({ top: (area.scrollHeight * frame) / 120 })
      await new Promise(requestAnimationFrame)
      frames.push(performance.now() - last)
      last = performance.now()
    }
    return frames
  })
  return { rowsMs, frames, loaded: await count() }
}

async function builtScripts(): Promise<number> {
  const folder = join(repository, 'dist/ui/assets')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js.br'))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-ui-'))
const server = await startServer({ dataDir: folder, port: 0 })
try {
  const loads: Load[] = []
  for (let round = 0; round < rounds; round++) loads.push(await firstLoad(server.url))
  const kB = (bytes: number) => `${Math.round(bytes / 1000)} kB`
  console.log(
    `first load, empty cache: heading after ${Math.round(median(loads.map(({ headingMs }) => headingMs)))} ms (median of ${rounds})`,
  )
  console.log(
    `  JavaScript on the wire ${kB(median(loads.map(({ scriptBytes }) => scriptBytes)))}, ${loads[0]?.requests} requests`,
  )
  console.log(`  all JavaScript of the application, compressed: ${kB(await builtScripts())}`)
  await fillRuns(createSlipway({ url: server.url }))
  const browser = await openBrowser()
  const { rowsMs, frames, loaded } = await runsPage(await browser.context.newPage(), server.url)
  await browser.close()
  console.log(
    `runs page, ${loaded} runs: first rows after ${Math.round(rowsMs)} ms; frames while scrolling: median ${Math.round(median(frames))} ms, longest ${Math.round(Math.max(...frames))} ms`,
  )
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
