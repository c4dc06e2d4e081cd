import { rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { defineErrors } from '../../kernel/errors.ts'
import type { ModelSource, Tensor } from '../inference/index.ts'
import type { Processes } from '../process/index.ts'
import { ownEnvironment, remoteEnvironment } from '../runtime/index.ts'
import { type ScoredRequest, type ScoringConfig, togetherPath } from './scorer-wire.ts'

/**
 * A model in a process of its own, at the lowest priority, for work that no client waits for: shadows, replays and batch
 * inference. Whatever the model does there (crash, hang, leak) ends with that process and touches no request.
 */
export interface Scorer {
  /**
   * Runs each request; one that fails does not fail the others. Throws `scorer_lost` when the process died or hung: the
   * scorer is over then.
   */
  run(requests: readonly (readonly Tensor[])[]): Promise<ScoredRequest[]>
  /** The same in fewer runs, where the model answers rows alike alone and together; a latency is then a row's share. */
  runTogether(requests: readonly (readonly Tensor[])[]): Promise<ScoredRequest[]>
  stop(): Promise<void>
}

export interface ScorerOptions {
  readonly processes: Processes
  /** For its output. */
  readonly folder: string
  /** Distinguishes it from other scorers of this server: an id. */
  readonly name: string
  readonly source: ModelSource
  /** A model that needs longer than this for 20 requests counts as hung. */
  readonly runLimitMs?: number
  /** Resident memory beyond which it is killed. */
  readonly memoryLimitBytes?: number
}

export const scorerErrors = defineErrors({
  scorer_lost: ['unavailable', 'The process that ran the model ended: {problem}.'],
})

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const entry = fileURLToPath(new URL(`../../worker${extension}`, import.meta.url))
const readyLimitMs = 60_000
/** Requests that the time limit is for: a slow model is told from one that hangs by how long a few take, not all. */
const sliceRequests = 20
const pollMs = 10

/** Starts the process and resolves once the model is loaded. Throws `scorer_lost` when it cannot be. */
export async function openScorer(options: ScorerOptions): Promise<Scorer> {
  // Short: the kernel allows 107 bytes for the path of a socket.
  const socketPath = join(tmpdir(), `slipway-${options.name}.sock`)
  await rm(socketPath, { force: true })
  const { folder, name, source } = options
  const configPath = join(folder, `slipway-${name}.json`)
  const config: ScoringConfig = { socketPath, source, folder, name }
  await writeFile(configPath, JSON.stringify(config))
  const child = await options.processes.start({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', entry, '--score', configPath],
    cwd: options.folder,
    env: { ...ownEnvironment(), ...remoteEnvironment() },
    logPath: join(options.folder, `${options.name}.out`),
    logLimitBytes: 1024 * 1024,
    ...(options.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: options.memoryLimitBytes }),
  })
  let lost: Error | undefined
  const exited = child.exited.then(
    ({ code, signal, reason }) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`
      lost ??= scorerErrors.scorer_lost({ problem: reason === undefined ? how : `${how}, ${reason}` })
    },
    (cause) => {
      lost ??= scorerErrors.scorer_lost({ problem: 'its watcher ended' }, { cause })
    },
  )
  const stop = async () => {
    child.cancel(0)
    await exited
    await Promise.all([socketPath, configPath].map((path) => rm(path, { force: true })))
  }
  const limitMs = options.runLimitMs ?? 30_000
  await untilListening(socketPath, () => lost).catch(async (error) => {
    await stop()
    throw error
  })
  async function send(path: string, requests: readonly (readonly Tensor[])[]): Promise<ScoredRequest[]> {
    if (lost !== undefined) throw lost
    try {
      const scored: ScoredRequest[] = []
      for (let at = 0; at < requests.length; at += sliceRequests) {
        const body = serialize(requests.slice(at, at + sliceRequests))
        scored.push(...(deserialize(await post({ socketPath, path }, body, limitMs)) as ScoredRequest[]))
      }
      return scored
    } catch (cause) {
      if (cause instanceof Hung) lost ??= scorerErrors.scorer_lost({ problem: cause.message })
      await stop()
      throw lost ?? scorerErrors.scorer_lost({ problem: String(cause) }, { cause })
    }
  }
  return {
    stop,
    run: (requests) => send('/', requests),
    runTogether: (requests) => send(togetherPath, requests),
  }
}

class Hung extends Error {}

async function untilListening(socketPath: string, lost: () => Error | undefined): Promise<void> {
  for (let waited = 0; waited < readyLimitMs; waited += pollMs) {
    const gone = lost()
    if (gone !== undefined) throw gone
    const isUp = await post({ socketPath, path: '/' }, serialize([]), 5000).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  throw scorerErrors.scorer_lost({ problem: `the model was not loaded within ${readyLimitMs / 1000} s` })
}

function post(
  to: { readonly socketPath: string; readonly path: string },
  body: Buffer,
  limitMs: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...to, method: 'POST', agent: false })
    request.setTimeout(limitMs, () => request.destroy(new Hung(`no answer within ${limitMs} ms`)))
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const answer = Buffer.concat(chunks)
        if (response.complete && response.statusCode === 200) resolve(answer)
        else reject(new Error(answer.toString().slice(0, 500) || 'half an answer'))
      })
    })
    request.end(body)
  })
}
