/**
 * The command line: every operation is a command (`slipway runs create`), read from a light manifest so that no server code
 * is loaded, and a few commands are written by hand. It speaks to a server through the SDK like any other client.
 *
 * Promises: `--json` is stable output for programs; results go to standard output and everything else to standard error;
 * a mistake in the call exits with 2 and names what was probably meant; exit codes are those of kernel/errors.ts.
 */

export { manifestExamples } from './check-examples.ts'
export { runCli } from './cli.ts'
export { type Command, defineCommand } from './command.ts'
export { buildTree, type Node } from './command-tree.ts'
export { clientCommands } from './commands/index.ts'
export { renderHelp as helpOf } from './help.ts'
export { type FieldSpec, flagOf, type Manifest } from './manifest.ts'
export { bytesText } from './render/value-text.ts'
export { paint, type Terminal } from './terminal.ts'
