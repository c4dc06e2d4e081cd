/** The binary's entry: the only place, with worker.ts, that reads arguments and ends the process. Loads little by itself. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { serverCommands } from './server/commands/index.ts'
import { runCli, type Terminal } from './surfaces/cli/index.ts'
import { manifest } from './surfaces/cli/manifest.generated.ts'

const packageDir = resolve(import.meta.dirname, '..')
const { stdout, stderr, stdin } = process

const terminal: Terminal = {
  write: (line) => void stdout.write(line),
  note: (line) => void stderr.write(line),
  isInteractive: stdout.isTTY === true,
  columns: stdout.columns ?? 100,
  hasColor: stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  readInput: () => text(stdin),
}

/** The text form that an operation brings with it; the only moment when the CLI loads the server's code. */
async function render(name: string, output: unknown): Promise<string> {
  const { modules } = await import('./app.ts')
  const operation = modules.flatMap((module) => module.operations).find((each) => each.name === name)
  const declared = modules.flatMap(({ declares }) => declares ?? [])
  return operation?.cli?.render?.(output as never, declared) ?? JSON.stringify(output, null, 2)
}

const stop = new AbortController()
const onSignal = (name: NodeJS.Signals) => {
  // Asked twice: whoever asks does not want to wait.
  if (stop.signal.aborted) process.exit(130)
  // Who asked matters to a command that has a child in the same terminal: Ctrl-C reaches that as well.
  stop.abort(name === 'SIGTERM' ? name : undefined)
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
// Notes that nobody can read any more end no command.
stderr.on('error', () => {})
// The reader of a pipe went away (`slipway runs search | head`): it has what it wanted.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const code = await runCli({
  words: process.argv.slice(2),
  manifest,
  commands: serverCommands({
    packageDir,
    manifest,
    uptimeMs: () => process.uptime() * 1000,
    protocols: () => import('./dialects/inference/protocols/index.ts'),
  }),
  terminal,
  environment: process.env,
  signal: stop.signal,
  version: String(JSON.parse(readFileSync(resolve(packageDir, 'package.json'), 'utf8')).version),
  render,
  now: Date.now,
})
stdout.write('', () => process.exit(code))
