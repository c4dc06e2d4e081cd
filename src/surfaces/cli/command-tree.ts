import type { Command } from './command.ts'
import type { Manifest, ManifestOperation } from './manifest.ts'

/** What a line of words may name: a group of commands, an operation, or a command written by hand. */
export interface Node {
  readonly words: readonly string[]
  readonly children: Map<string, Node>
  operation?: ManifestOperation
  command?: Command
}

/** Joins both kinds of command into one tree; a hand-written command wins over an operation of the same words. */
export function buildTree(manifest: Manifest, commands: readonly Command[]): Node {
  const root: Node = { words: [], children: new Map() }
  for (const operation of manifest.operations) place(root, operation.words).operation = operation
  for (const command of commands) place(root, command.words).command = command
  return root
}

function place(root: Node, words: readonly string[]): Node {
  let node = root
  for (const word of words) {
    let child = node.children.get(word)
    if (child === undefined) {
      child = { words: [...node.words, word], children: new Map() }
      node.children.set(word, child)
    }
    node = child
  }
  return node
}

/** Follows words as far as they name something; the rest are arguments and flags. */
export function find(root: Node, words: readonly string[]): { node: Node; rest: readonly string[] } {
  let node = root
  let depth = 0
  for (const word of words) {
    const child = node.children.get(word)
    if (child === undefined) break
    node = child
    depth += 1
  }
  return { node, rest: words.slice(depth) }
}

export function isRunnable(node: Node): boolean {
  return node.operation !== undefined || node.command !== undefined
}

export function summaryOf(node: Node): string {
  return node.command?.summary ?? node.operation?.summary ?? [...node.children.keys()].join(', ')
}
