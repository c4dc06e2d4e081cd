import { find, isRunnable, type Node } from './command-tree.ts'
import { shapeOf } from './help.ts'
import { parseArguments, requireFields } from './parse-arguments.ts'

/** Every example line of a tree of commands, with what is wrong with it, if anything is. For tests. */
export function manifestExamples(tree: Node): [line: string, problem: string | undefined][] {
  const own = tree.command?.examples ?? tree.operation?.examples ?? []
  const inner = [...tree.children.values()].flatMap((child) => manifestExamplesOf(child))
  return [...own, ...inner].map((line) => [line, problemOf(tree, line)])
}

function manifestExamplesOf(node: Node): string[] {
  const own = node.command?.examples ?? node.operation?.examples ?? []
  return [...own, ...[...node.children.values()].flatMap(manifestExamplesOf)]
}

function problemOf(tree: Node, line: string): string | undefined {
  const [program, ...words] = shellWords(line.split(/ [|>] /)[0] ?? '')
  if (program !== 'slipway') return 'does not begin with slipway'
  const { node, rest } = find(tree, words)
  if (!isRunnable(node)) return `names no command: ${words.join(' ')}`
  try {
    const shape = shapeOf(node)
    requireFields(shape, parseArguments(shape, rest))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Words as a shell splits them: quotes of both kinds, no expansion. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
}
