import type { Command } from '../cli/index.ts'
import { buildTree, helpOf, type Manifest, type Node } from '../cli/index.ts'
import { generatedNote } from './table.ts'

/** The help of every command, as the command line prints it. */
export function cliPage(manifest: Manifest, commands: readonly Command[]): string {
  const nodes = runnable(buildTree(manifest, commands))
  const sections = nodes.map((node) => `## slipway ${node.words.join(' ')}\n\n\`\`\`text\n${ownHelp(node)}\n\`\`\`\n`)
  return `${generatedNote}# Command line

Results go to standard output, everything else to standard error. \`--json\` prints the answer of the server unchanged and is the
form for programs; tables are for people and may change. Exit codes are those of [errors](errors.md#kinds). Fields that hold
objects take JSON or \`@file\`, lists are given by repeating the flag, \`key=value\` fills maps, \`@-\` is standard input, and
\`--no-flag\` turns a switch off.

${sections.join('\n')}`
}

function runnable(node: Node): Node[] {
  const children = [...node.children.values()].sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1))
  const own = node.operation !== undefined || node.command !== undefined ? [node] : []
  return [...own, ...children.flatMap(runnable)]
}

/** Without the flags that every command has: they stand once, above. */
function ownHelp(node: Node): string {
  return helpOf(node, { hasColor: false, columns: 100 })
    .replace(/\n\nFlags of every command\n(?: {2}.*\n?)+/, '\n')
    .trimEnd()
}
