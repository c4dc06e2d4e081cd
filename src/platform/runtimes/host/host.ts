import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputRefused, RunLost, type Tensor } from '../../inference/index.ts'
import type { ChildProcess, Processes } from '../../process/index.ts'
import { createFrameReader, type Frame, writeFrame } from './frames.ts'
import { packTensors, unpackTensors } from './tensors.ts'

/** What a process of user code is started with. It connects to the socket it is told, and speaks in frames: see host.py. */
export interface HostProgram {
  readonly command: string
  readonly args: (socketPath: string) => readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The first frame: what to load. */
  readonly given: object
  /** From its start until it is loaded; default 110 s. */
  readonly loadLimitMs?: number | undefined
  /** A run that takes longer counts as hung. */
  readonly timeoutMs: number
  readonly memoryBytes?: number | undefined
}

/** One process with loaded user code: it answers one run at a time, and is over when it dies, hangs or is stopped. */
export interface Host {
  /** Resolves once the process has ended; why, in words. */
  readonly ended: Promise<string>
  /** What it told of itself once it was loaded. */
  readonly told: Frame['head']
  /**
   * `call`: what beside the tensors the run is told. Throws what the code itself raised, in its words; `RunLost` when the
   * process ended instead of answering.
   */
  run(inputs: readonly Tensor[], call?: object): Promise<Tensor[]>
  stop(): Promise<void>
}

export interface HostOptions {
  readonly processes: Processes
  readonly program: HostProgram
  /** For its output, with a name no other host has. */
  readonly folder: string
  readonly name: string
  /** Ends the process, also while it starts. */
  readonly signal: AbortSignal
}

/** From spawn to ready: large libraries take many seconds to import on a busy machine. */
const longestLoadMs = 110_000
const logTailBytes = 4000

/** Starts the process and resolves once the model is loaded. Throws with what the process said when it cannot be. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { program } = options
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
    writeFrame(socket, program.given)
    const { loadLimitMs = longestLoadMs } = program
    const { head } = await withLimit(link.next(), loadLimitMs, `it was not loaded within ${loadLimitMs / 1000} s`)
    if ('error' in head) throw new Error(String(head.error))
    return toHost(link, child, { ended, told: head, timeoutMs: program.timeoutMs })
  } catch (error) {
    child.cancel(0)
    await ended
    throw new Error(await explain(error, logPath))
  }
}

function toHost(
  link: Link,
  child: ChildProcess,
  { ended, told, timeoutMs }: Pick<Host, 'ended' | 'told'> & { timeoutMs: number },
): Host {
  const stop = async () => {
    child.cancel(0)
    await ended
  }
  return {
    ended,
    told,
    stop,
    run: async (inputs, call) => {
      const { head, parts } = packTensors(inputs)
      writeFrame(link.socket, { ...call, ...head }, parts)
      const answer = await withLimit(link.next(), timeoutMs, `it gave no answer within ${timeoutMs} ms`).catch(
        async (error) => {
          await stop()
          throw error
        },
      )
      if ('error' in answer.head) throw toError(answer.head)
      return unpackTensors(answer)
    },
  }
}

function toError({ error, where, isInput }: Frame['head']): Error {
  const problem = [error, where].filter(Boolean).join(' at ')
  return isInput === true ? new InputRefused(problem) : new Error(problem)
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
    lost ??= new RunLost(problem)
    waiting?.reject(lost)
    socket.destroy()
  }
  const read = createFrameReader((frame) => waiting?.resolve(frame))
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (error) {
      lose(error instanceof Error ? error.message : String(error))
    }
  })
  // The end of the process says why; a connection that breaks by itself is given up with it.
  socket.on('error', () => {})
  void ended.then((how) => lose(`the process of the model ended: ${how}`))
  return {
    socket,
    next: () => {
      if (lost !== undefined) return Promise.reject(lost)
      waiting = Promise.withResolvers()
      return waiting.promise
    },
  }
}

function specOf({ program, folder }: HostOptions, logPath: string, socketPath: string) {
  const { command, args, cwd, env, memoryBytes } = program
  return {
    command,
    args: args(socketPath),
    cwd,
    env: { HOME: folder, LANG: 'C.UTF-8', ...env },
    logPath,
    logLimitBytes: 4 * 1024 * 1024,
    ...(memoryBytes === undefined ? {} : { memoryLimitBytes: memoryBytes }),
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
    rm(folder, { recursive: true, force: true }).catch(() => {})
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
