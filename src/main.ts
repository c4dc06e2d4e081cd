/** The binary's entry: the only place, with the CLI's commands, that reads arguments and ends the process. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { dialects, modules } from './app.ts'
import { errorKinds, toAppError } from './kernel/errors.ts'
import { serve } from './server/serve.ts'

const packageDir = resolve(import.meta.dirname, '..')

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2)
  if (command !== 'serve') throw new Error(`unknown command ${command}`)
  const { tokens } = parseArgs({ args, strict: false, tokens: true, allowPositionals: true })
  const flags = Object.fromEntries(
    tokens.flatMap((token) => (token.kind === 'option' ? [[token.name, token.value ?? true]] : [])),
  )
  const { config, ...settings } = flags
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

main().catch((thrown) => {
  const error = toAppError(thrown)
  const message = error.code === 'internal_error' && thrown instanceof Error ? thrown.stack : error.message
  process.stderr.write(`slipway: ${message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`)
  process.exit(errorKinds[error.kind].exit)
})
