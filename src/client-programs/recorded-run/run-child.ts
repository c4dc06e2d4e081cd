import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

export interface ChildSpec {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Receives a copy of what the command prints. */
  readonly logPath: string
  readonly write: (text: string) => void
  readonly note: (text: string) => void
  readonly signal: AbortSignal
}

export interface ChildEnd {
  /** As a shell would tell it: 128 and the number of the signal that ended it. */
  readonly code: number
  /** A signal ended it, or it ended by itself because it was asked to. */
  readonly isKilled: boolean
}

/** More output than this says nothing to anybody; it is shown, but not kept. */
const keptBytes = 64 * 1024 ** 2
const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** Runs the command in this process's place: its input is ours, its output goes on and is kept. Rejects if it cannot start. */
export async function runChild(spec: ChildSpec): Promise<ChildEnd> {
  const [program = '', ...args] = spec.command
  const child = spawn(program, args, { env: spec.env, stdio: ['inherit', 'pipe', 'pipe'] })
  const log = createWriteStream(spec.logPath)
  // The command is worth more than the copy of what it prints.
  const stored = finished(log).catch((error: Error) =>
    spec.note(`slipway: the output could not be kept: ${error.message}\n`),
  )
  let kept = 0
  const keep = (chunk: Buffer) => {
    if (kept < keptBytes) log.write(chunk.subarray(0, keptBytes - kept))
    kept += chunk.length
  }
  for (const [stream, show] of [
    [child.stdout, spec.write],
    [child.stderr, spec.note],
  ] as const) {
    const decoder = new TextDecoder()
    stream.on('data', (chunk: Buffer) => {
      keep(chunk)
      show(decoder.decode(chunk, { stream: true }))
    })
  }
  // Ctrl-C reaches the command by itself, as a member of the terminal's group; what is sent to us alone does not.
  const forward = () => {
    if (spec.signal.reason === 'SIGTERM') child.kill('SIGTERM')
  }
  spec.signal.addEventListener('abort', forward)
  try {
    return await new Promise<ChildEnd>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        const number = signal === null ? undefined : (signalNumbers[signal] ?? 0)
        const shown = number === undefined ? (code ?? 1) : 128 + number
        resolve({ code: shown, isKilled: number !== undefined || spec.signal.aborted })
      })
    })
  } finally {
    spec.signal.removeEventListener('abort', forward)
    log.end()
    await stored
  }
}
