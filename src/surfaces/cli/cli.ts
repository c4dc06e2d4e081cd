import { nearest } from '../../kernel/nearest.ts'
import { cliErrors } from './cli-errors.ts'
import type { Command } from './command.ts'
import { buildTree, find, isRunnable, type Node } from './command-tree.ts'
import { clientCommands } from './commands/index.ts'
import { reportFailure } from './failure.ts'
import { renderHelp, shapeOf } from './help.ts'
import type { Manifest } from './manifest.ts'
import { parseArguments, requireFields } from './parse-arguments.ts'
import { readInput } from './read-input.ts'
import type { Terminal } from './terminal.ts'

export interface CliOptions {
  /** Arguments behind the program's name. */
  readonly words: readonly string[]
  readonly manifest: Manifest
  /** Commands of the composition root, such as `serve`. */
  readonly commands: readonly Command[]
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly version: string
  /** An operation's own text form; called only for operations that have one, so it may load the operations. */
  readonly render: (name: string, output: unknown) => Promise<string>
  readonly now: () => number
}

/** Runs one command line and resolves with the exit code. Never throws and never ends the process. */
export async function runCli(options: CliOptions): Promise<number> {
  const isJson = options.words.includes('--json')
  try {
    return await run(options)
  } catch (error) {
    // Ctrl-C: 128 + SIGINT, as shells expect.
    if (options.signal.aborted) return 130
    return reportFailure(error, options.terminal, isJson)
  }
}

async function run(options: CliOptions): Promise<number> {
  const { words, terminal } = options
  if (words[0] === '--version' || words[0] === '-V') {
    terminal.write(`slipway ${options.version}\n`)
    return 0
  }
  const program = { ...options, commands: [...clientCommands, ...options.commands] }
  const tree = buildTree(program.manifest, program.commands)
  const start = words[0] === 'help' ? words.slice(1) : words
  const { node, rest } = find(tree, start)
  if (words[0] === 'help' || !isRunnable(node)) return showGroup(node, rest, terminal)
  return runNode(node, rest, program)
}

function showGroup(node: Node, rest: readonly string[], terminal: Terminal): number {
  const unknown = rest.find((word) => !word.startsWith('-'))
  if (unknown !== undefined) throw unknownCommand(node, unknown)
  terminal.write(renderHelp(node, terminal))
  return 0
}

function unknownCommand(node: Node, word: string) {
  const near = nearest(word, [...node.children.keys()])
  const base = ['slipway', ...node.words].join(' ')
  const hint = near === undefined ? `${base} --help lists what there is.` : `Did you mean "${base} ${near}"?`
  return cliErrors.command_unknown({ command: [...node.words, word].join(' ') }, { hint })
}

async function runNode(node: Node, rest: readonly string[], options: CliOptions): Promise<number> {
  const { terminal, environment, signal } = options
  const shape = shapeOf(node)
  // Help wins over mistakes on the same line: whoever asks for it is finding out.
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.write(renderHelp(node, terminal))
    return 0
  }
  if (node.children.size > 0 && rest[0] !== undefined && !rest[0].startsWith('-') && shape.args.length === 0)
    throw unknownCommand(node, rest[0])
  const raw = parseArguments(shape, rest)
  requireFields(shape, raw)
  const { json, url, all, help: _, ...input } = await readInput(shape, raw, terminal)
  const address = typeof url === 'string' ? url : (environment.SLIPWAY_URL ?? 'http://127.0.0.1:5000')
  const { render, now, version, manifest, commands } = options
  const context = {
    render,
    program: { version, manifest, commands },
    input,
    isJson: json === true,
    terminal,
    environment,
    signal,
    url: address,
    transport: async () => {
      const { createTransport } = await import('../../sdk/transport.ts')
      const token = environment.SLIPWAY_TOKEN
      return createTransport({ url: address, ...(token === undefined ? {} : { token }) })
    },
  }
  if (node.command !== undefined) return (await node.command.run(context)) ?? 0
  if (node.operation === undefined) return 0
  const { runOperation } = await import('./run-operation.ts')
  await runOperation({
    ...context,
    operation: node.operation,
    transport: await context.transport(),
    isAll: all === true,
    now,
  })
  return 0
}
