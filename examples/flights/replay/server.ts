/** A Slipway server as a child process: started on its own data directory, started again when it dies, ended at the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export const repository = resolve(import.meta.dirname, '../../..')
export const slipway = join(repository, 'bin', 'slipway')

export interface ServerOptions {
  readonly dataDir: string
  /** 0 takes a free one. */
  readonly port: number
  /** More settings as flags, such as `--database-url`. */
  readonly flags?: readonly string[]
  /** Variables of the first start only: a fault to die of. */
  readonly firstEnvironment?: Readonly<Record<string, string>>
}

export interface Server {
  readonly url: string
  /** Milliseconds from the start of the process to the first answer. */
  readonly startedInMs: number
  /** How often it died and was started again, with the signal each time. */
  readonly deaths: readonly string[]
  /** Rejects when the server cannot be started again. */
  readonly broken: Promise<never>
  stop(): Promise<void>
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const port = options.port === 0 ? await freePort() : options.port
  const url = `http://127.0.0.1:${port}`
  await mkdir(options.dataDir, { recursive: true })
  const logPath = join(options.dataDir, 'server.log')
  const deaths: string[] = []
  let stopping = false
  let child: ChildProcess
  let fail: (error: Error) => void = () => {}
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  broken.catch(() => {})

  const start = (extra: Readonly<Record<string, string>>) => {
    const log = createWriteStream(logPath, { flags: 'a' })
    const settings = ['--port', String(port), '--data-dir', options.dataDir, ...(options.flags ?? [])]
    child = spawn(slipway, ['serve', ...settings], {
      env: { ...process.env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    child.once('exit', (code, signal) => {
      if (stopping) return
      deaths.push(signal ?? `exit code ${code}`)
      if (signal === 'SIGKILL' && deaths.length < 10) start({})
      else fail(new Error(`The server ended by itself (${deaths.join(', ')}). Its log is ${logPath}.`))
    })
  }
  const startedAt = performance.now()
  start(options.firstEnvironment ?? {})
  await Promise.race([untilReady(url), broken])
  return {
    url,
    startedInMs: performance.now() - startedAt,
    deaths,
    broken,
    stop: async () => {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await once(child, 'exit')
      clearTimeout(impatience)
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${url}/ready`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await delay(25)
  }
}

/** `wanted` when nothing listens there, else any free port. */
export async function findPort(wanted: number): Promise<number> {
  const probe = createServer()
  const isFree = await new Promise<boolean>((settle) => {
    probe.once('error', () => settle(false))
    probe.listen(wanted, '127.0.0.1', () => settle(true))
  })
  if (!isFree) return freePort()
  probe.close()
  return wanted
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return address !== null && typeof address === 'object' ? address.port : 0
}
