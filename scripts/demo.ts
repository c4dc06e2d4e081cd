/**
 * `npm run demo`: an embedded server, the whole loop on real flights with progress, and a summary of what happened and why.
 * Stays up for a look around unless `--once`. `--json` prints the summary as JSON, `--port` chooses another port. When the
 * loop has run before with the same files, its end is shown at once; `--again` runs it again.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { createApi } from '../examples/flights/replay/api.ts'
import { openHistory } from '../examples/flights/replay/history.ts'
import { runLoop } from '../examples/flights/replay/loop.ts'
import { demoPlan } from '../examples/flights/replay/plan.ts'
import { renderSummary } from '../examples/flights/replay/render-summary.ts'
import { findPort, repository, slipway, startServer } from '../examples/flights/replay/server.ts'
import { summarize } from '../examples/flights/replay/summary.ts'
import { findLastRun, rememberRun, sourceDigest } from './last-run.ts'

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    port: { type: 'string', default: '5000' },
  },
})
const folder = join(repository, '.slipway', 'demo')
const dataDir = join(folder, 'data')
const startedAt = performance.now()
const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1)
// Progress goes to standard error, so that standard output holds the summary alone.
const tell = (line: string) => process.stderr.write(`${seconds().padStart(5)} s  ${line}\n`)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(new Error(signal)))

interface LoopEnd {
  readonly predictionId: string
  readonly seconds: number
}

type Api = ReturnType<typeof createApi>

async function main(): Promise<void> {
  const digest = sourceDigest()
  const last = options.again || !existsSync(dataDir) ? undefined : findLastRun<LoopEnd>('demo', digest)
  // Each loop begins with an empty folder of its own; nothing else lies in it.
  if (last === undefined) await rm(folder, { recursive: true, force: true })
  const server = await startServer({ dataDir, port: await findPort(Number(options.port)) })
  const show = async () => {
    tell(`server ready in ${Math.round(server.startedInMs)} ms: ${server.url}`)
    const api = createApi(server.url, interrupted.signal)
    if (last === undefined) {
      const end = await demonstrate(api)
      rememberRun('demo', digest, end)
      return showEnd(api, server.url, end)
    }
    tell(
      `nothing changed since the loop ran, ${last.at}; this is how it ended ("npm run demo -- --again" runs it again)`,
    )
    return showEnd(api, server.url, last.result)
  }
  try {
    await Promise.race([show(), server.broken])
    if (!options.once) await untilInterrupted(server.url)
  } finally {
    await server.stop()
  }
}

async function demonstrate(api: Api): Promise<LoopEnd> {
  const history = await openHistory(join(folder, 'days'))
  try {
    const { predictionId } = await runLoop({ api, history, plan: demoPlan, tell, signal: interrupted.signal })
    return { predictionId, seconds: Number(seconds()) }
  } finally {
    history.close()
  }
}

async function showEnd(api: Api, url: string, end: LoopEnd): Promise<void> {
  const { predictionId } = end
  const summary = { url, ...end, ...(await summarize(api)) }
  if (options.json) {
    const trace = await api.slipway.lineage.trace({ id: predictionId })
    process.stdout.write(`${JSON.stringify({ ...summary, trace }, null, 2)}\n`)
    return
  }
  process.stdout.write(`${renderSummary(summary)}\n$ slipway trace ${predictionId}\n`)
  const { stdout } = await promisify(execFile)(slipway, ['trace', predictionId, '--url', url])
  process.stdout.write(stdout)
}

function untilInterrupted(url: string): Promise<void> {
  process.stderr.write(`\nThe server stays up: ${url}  (Ctrl-C ends it)\n`)
  return new Promise((resolve) => {
    // A listener alone does not keep the process alive.
    const timer = setInterval(() => {}, 60_000)
    interrupted.signal.addEventListener('abort', () => {
      clearInterval(timer)
      resolve()
    })
  })
}

main().catch((error) => {
  if (interrupted.signal.aborted) return
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  process.exitCode = 1
})
