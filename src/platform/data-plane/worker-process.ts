import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessSpec } from '../process/index.ts'
import { ownEnvironment, remoteEnvironment } from '../runtime/index.ts'
import { command, exchange } from './command.ts'
import type { WorkerStatus } from './worker/control.ts'
import type { WorkerConfig } from './worker/worker.ts'

/** How the control plane starts, finds and watches one worker. The worker outlives it and is found again by its socket. */

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const entry = fileURLToPath(new URL(`../../worker${extension}`, import.meta.url))

/** From spawn to ready: node, onnxruntime and the models; far longer than the 0.3 s measured for small models. */
const readyLimitMs = 60_000
const pollMs = 20

/** Unix sockets of a worker, beside the control plane's own; the kernel allows 107 bytes for a path. */
export function workerSockets(controlSocket: string, worker: number): { command: string; inference: string } {
  const folder = dirname(controlSocket)
  const command = join(folder, `worker-${worker}.sock`)
  if (Buffer.byteLength(command) <= 95 && folder !== tmpdir())
    return { command, inference: join(folder, `worker-${worker}-in.sock`) }
  const hash = createHash('sha256').update(controlSocket).digest('hex').slice(0, 16)
  return {
    command: join(tmpdir(), `slipway-${hash}-${worker}.sock`),
    inference: join(tmpdir(), `slipway-${hash}-${worker}-in.sock`),
  }
}

export async function workerSpec(config: WorkerConfig, folder: string): Promise<ProcessSpec> {
  const configPath = join(folder, `worker-${config.worker}.json`)
  await writeFile(configPath, JSON.stringify(config))
  return {
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', entry, configPath],
    cwd: folder,
    env: { ...ownEnvironment(), ...remoteEnvironment() },
    logPath: join(folder, `worker-${config.worker}.out`),
    outlive: true,
  }
}

/** The worker behind a socket, or undefined when nobody answers there. */
export async function findWorker(commandSocket: string): Promise<WorkerStatus | undefined> {
  // Most often there was none, and to be told so by a connection costs a start some milliseconds.
  if (!existsSync(commandSocket)) return undefined
  try {
    return await command<WorkerStatus>(commandSocket, 'GET /status', 5000)
  } catch {
    return undefined
  }
}

/** Waits until the worker answers; gives up when `hasExited` says so. */
export async function untilReady(commandSocket: string, hasExited: () => boolean): Promise<WorkerStatus | undefined> {
  for (let waited = 0; waited < readyLimitMs && !hasExited(); waited += pollMs) {
    const status = await findWorker(commandSocket)
    if (status !== undefined) return status
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return undefined
}

/** Follows a worker: `log` for every sign that its prediction log grew; `end` once when it is gone, never before the answer. */
export async function watchWorker(
  commandSocket: string,
  on: { readonly log: () => void; readonly end: () => void },
): Promise<{ stop(): void }> {
  let response: IncomingMessage
  try {
    response = await exchange(commandSocket, 'GET /watch')
  } catch {
    setImmediate(on.end)
    return { stop: () => {} }
  }
  let isStopped = false
  response.on('data', on.log)
  response.on('error', () => {})
  response.on('close', () => {
    if (!isStopped) on.end()
  })
  return {
    stop: () => {
      isStopped = true
      response.destroy()
    },
  }
}
