import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChildProcess, Processes } from '../../process/index.ts'
import { RunLost } from '../errors.ts'
import type { ModelSource, PythonRuntime } from '../runtime.ts'
import type { Tensor } from '../tensor.ts'
import { createFrameReader, type Frame, writeFrame } from './frames.ts'
import { packTensors, unpackTensors } from './tensors.ts'

/** One process with one loaded model: it answers one run at a time, and is over when it dies, hangs or is stopped. */
export interface Host {
  /** Resolves once the process has ended; why, in words. */
  readonly ended: Promise<string>
  /** Columns that the model says it was trained with. */
  readonly features: { readonly count?: number; readonly names?: readonly string[] }
  /** Throws what the model itself raised, in its words; `RunLost` when the process ended instead of answering. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>
  stop(): Promise<void>
}

export interface HostOptions {
  readonly processes: Processes
  readonly source: ModelSource
  readonly runtime: PythonRuntime
  /** For its output, with a name no other host has. */
  readonly folder: string
  readonly name: string
  /** Ends the process, also while it starts. */
  readonly signal: AbortSignal
}

const script = fileURLToPath(new URL('./host.py', import.meta.url))
/** From spawn to ready: large libraries take many seconds to import on a busy machine. */
const loadLimitMs = 110_000
const logTailBytes = 4000

/** Starts the process and resolves once the model is loaded. Throws with what the process said when it cannot be. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { source, runtime } = options
  const logPath = join(options.folder, `${options.name}.out`)
  const accepted = await listenOnce()
  const spec = specOf(options, logPath, accepted.path)
  const child = await options.processes.start(spec, options.signal).catch((error) => {
    accepted.close()
    throw error
  })
  const ended = child.exited.then(describeExit, () => 'its watcher ended').finally(accepted.close)
  try {
    const socket = await Promise.race([accepted.socket, failWhen(ended, 'ended')])
    const link = createLink(socket, ended)
    const { path: folder } = source
    writeFrame(socket, { folder, model: runtime.model, features: source.featureNames, outputs: source.outputs })
    const { head } = await withLimit(link.next(), loadLimitMs, `it was not loaded within ${loadLimitMs / 1000} s`)
    if ('error' in head) throw new Error(String(head.error))
    return toHost(link, child, { ended, features: featuresOf(head), timeoutMs: runtime.timeoutMs })
  } catch (error) {
    child.cancel(0)
    await ended
    throw new Error(await explain(error, logPath))
  }
}

function toHost(
  link: Link,
  child: ChildProcess,
  { ended, features, timeoutMs }: Pick<Host, 'ended' | 'features'> & { timeoutMs: number },
): Host {
  const stop = async () => {
    child.cancel(0)
    await ended
  }
  return {
    ended,
    features,
    stop,
    run: async (inputs) => {
      const { head, parts } = packTensors(inputs)
      writeFrame(link.socket, head, parts)
      const answer = await withLimit(link.next(), timeoutMs, `it gave no answer within ${timeoutMs} ms`).catch(
        async (error) => {
          await stop()
          throw error
        },
      )
      if ('error' in answer.head) throw new Error([answer.head.error, answer.head.where].filter(Boolean).join(' at '))
      return unpackTensors(answer)
    },
  }
}

function featuresOf({ featureCount, featureNames }: Frame['head']): Host['features'] {
  return {
    ...(typeof featureCount === 'number' ? { count: featureCount } : {}),
    ...(Array.isArray(featureNames) ? { names: featureNames.map(String) } : {}),
  }
}

interface Link {
  readonly socket: Socket
  /** The next frame. Throws `RunLost` when the process ends first. */
  next(): Promise<Frame>
}

function createLink(socket: Socket, ended: Promise<string>): Link {
  let waiting: PromiseWithResolvers<Frame> | undefined
  let lost: RunLost | undefined
  const lose = (problem: string) => {
    lost ??= new RunLost(`the process of the model ended: ${problem}`)
    waiting?.reject(lost)
    socket.destroy()
  }
  socket.on(
    'data',
    createFrameReader((frame) => waiting?.resolve(frame)),
  )
  // The end of the process says why; a connection that breaks by itself is given up with it.
  socket.on('error', () => {})
  void ended.then(lose)
  return {
    socket,
    next: () => {
      if (lost !== undefined) return Promise.reject(lost)
      waiting = Promise.withResolvers()
      return waiting.promise
    },
  }
}

function specOf({ source, runtime }: HostOptions, logPath: string, socketPath: string) {
  const threads = String(runtime.threads)
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS']
  return {
    command: runtime.interpreter,
    args: ['-u', script, socketPath],
    cwd: source.path,
    env: {
      PATH: [dirname(runtime.interpreter), '/usr/local/bin:/usr/bin:/bin'].join(':'),
      HOME: dirname(logPath),
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      ...Object.fromEntries(names.map((name) => [name, threads])),
    },
    logPath,
    logLimitBytes: 4 * 1024 * 1024,
    ...(runtime.memoryBytes === undefined ? {} : { memoryLimitBytes: runtime.memoryBytes }),
  }
}

/** A socket that takes one connection, in a folder that only this user can enter; its path is short: the kernel allows 107 bytes. */
async function listenOnce(): Promise<{ path: string; socket: Promise<Socket>; close: () => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'))
  const path = join(folder, 'model.sock')
  const accepted = Promise.withResolvers<Socket>()
  const server = createServer((socket) => {
    accepted.resolve(socket)
    close()
  })
  const close = () => {
    server.close()
    void rm(folder, { recursive: true, force: true })
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return { path, socket: accepted.promise, close }
}

async function withLimit<T>(promise: Promise<T>, limitMs: number, problem: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RunLost(problem)), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

async function failWhen(ended: Promise<string>, how: string): Promise<never> {
  throw new Error(`its process ${how}: ${await ended}`)
}

function describeExit({
  code,
  signal,
  reason,
}: {
  code: number | null
  signal: string | null
  reason?: string
}): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`
  return reason === undefined || reason === 'canceled' ? how : `${how}, ${reason}`
}

/** The failure with the end of what the process printed. */
async function explain(error: unknown, logPath: string): Promise<string> {
  const problem = error instanceof Error ? error.message : String(error)
  const log = await readFile(logPath, 'utf8').catch(() => '')
  const tail = log.slice(-logTailBytes).trim()
  return tail === '' ? problem : `${problem}\n${tail}`
}
