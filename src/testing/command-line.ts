import { runCli } from '../surfaces/cli/index.ts'
import { manifest } from '../surfaces/cli/manifest.generated.ts'
import { type TestTerminalOptions, testTerminal } from './terminal.ts'

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly notes: string
}

export interface CommandOptions extends Pick<TestTerminalOptions, 'isInteractive' | 'onNote'> {
  readonly signal?: AbortSignal
}

/** Runs command lines against a server, in this process: `await slipway(['models', 'list'])`. */
export function commandLine(url: string) {
  return async (words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> => {
    const terminal = testTerminal(options)
    const code = await runCli({
      words,
      manifest,
      commands: [],
      terminal,
      environment: { SLIPWAY_URL: url },
      signal: options.signal ?? new AbortController().signal,
      version: '1.2.3',
      // As the program does it: an operation's own text form.
      render: async (name, output) => {
        const { modules } = await import('../app.ts')
        const operation = modules.flatMap((module) => module.operations).find((one) => one.name === name)
        const declared = modules.flatMap(({ declares }) => declares ?? [])
        return operation?.cli?.render?.(output as never, declared) ?? JSON.stringify(output)
      },
      now: Date.now,
    })
    return { code, out: terminal.out(), notes: terminal.notes() }
  }
}
