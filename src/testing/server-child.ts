import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { serverEnvironment } from './server-environment.ts'

/** The real server in a process of its own, on one port and one data directory over any number of lives. */
export interface ServerChild {
  readonly url: string
  readonly dataDir: string
  /** Starts it and waits until it is ready; with a fault it dies where the fault says (platform/runtime/fault.ts). */
  start(fault?: string): Promise<void>
  /** Resolves with how it ended. */
  readonly exited: () => Promise<NodeJS.Signals | number | null>
  isRunning(): boolean
  kill(signal: NodeJS.Signals): void
  /** Ends it in order, and removes its data. */
  dispose(): Promise<void>
}

const main = resolve(import.meta.dirname, '../main.ts')

export async function serverChild(settings: readonly string[] = []): Promise<ServerChild> {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-child-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let exit: Promise<NodeJS.Signals | number | null> = Promise.resolve(0)

  async function start(fault?: string): Promise<void> {
    const args = [main, 'serve', '--port', String(port), '--data-dir', dataDir, ...settings]
    const env = serverEnvironment(fault)
    const started = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    child = started
    exit = new Promise((resolve) => started.once('exit', (code, signal) => resolve(signal ?? code)))
    while (started.exitCode === null && started.signalCode === null) {
      const isReady = await fetch(`${url}/ready`).then(
        (answer) => answer.ok,
        () => false,
      )
      if (isReady) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  return {
    url,
    dataDir,
    start,
    exited: () => exit,
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    kill: (signal) => void child?.kill(signal),
    dispose: async () => {
      child?.kill('SIGTERM')
      await exit
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
