/** The binary's entry: the only place, with the CLI's commands, that reads arguments and ends the process. */
import { resolve } from 'node:path'
import { dialects, modules } from './app.ts'
import { errorKinds, toAppError } from './kernel/errors.ts'
import { serve } from './server/serve.ts'

const packageDir = resolve(import.meta.dirname, '..')

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2)
  if (command !== 'serve') throw new Error(`unknown command ${command}`)
  const { config, ...settings } = flagsOf(args)
  const server = await serve({
    flags: settings,
    environment: process.env,
    configPath: typeof config === 'string' ? config : 'slipway.yaml',
    modules,
    dialects,
    packageDir,
  })
  process.stdout.write(`Slipway ready at ${server.url} in ${Math.round(process.uptime() * 1000)} ms\n`)
  const stop = () => void server.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

/** `--name value`, `--name=value` and bare `--name`. */
function flagsOf(args: readonly string[]): Record<string, string | boolean> {
  const flags: Record<string, string | boolean> = {}
  for (const [i, argument] of args.entries()) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? []
    if (name === undefined) continue
    const next = args[i + 1]
    flags[name] = value ?? (next === undefined || next.startsWith('--') ? true : next)
  }
  return flags
}

main().catch((thrown) => {
  const error = toAppError(thrown)
  const message = error.code === 'internal_error' && thrown instanceof Error ? thrown.stack : error.message
  process.stderr.write(`slipway: ${message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`)
  process.exit(errorKinds[error.kind].exit)
})
