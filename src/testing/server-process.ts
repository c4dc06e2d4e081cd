import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { serverEnvironment } from './server-environment.ts'

const entry = join(import.meta.dirname, '..', 'main.ts')

/** A real server in a process of its own, which a test may kill. */
export interface ServerProcess {
  readonly url: string
  /** Resolves with the signal that ended it, null when it ended by itself. */
  readonly ended: Promise<string | null>
  kill(signal: NodeJS.Signals): Promise<string | null>
}

export interface ServerProcessOptions {
  readonly dataDir: string
  /** Name of the fault point at which it dies. */
  readonly fault?: string
  readonly flags?: readonly string[]
}

/** Starts `slipway serve` on a free port and waits until it is ready. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const flags = ['--port', '0', '--data-dir', options.dataDir, '--log-level', 'error', ...(options.flags ?? [])]
  const child = spawn(process.execPath, [entry, 'serve', ...flags], {
    env: serverEnvironment(options.fault),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  const url = await readyUrl(child)
  return {
    url,
    ended,
    kill: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk) => {
      printed += chunk
      const url = /http:\/\/\S+/.exec(printed)?.[0]
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (code, signal) => reject(new Error(`the server ended with ${code ?? signal}: ${printed}`)))
  })
}
