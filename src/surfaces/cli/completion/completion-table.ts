import { type Node, summaryOf } from '../command-tree.ts'
import { shapeOf } from '../help.ts'
import { flagOf } from '../manifest.ts'

/** What may follow a path of words. */
export interface CompletionRow {
  /** `models versions`; empty for the program itself. */
  readonly path: string
  readonly words: readonly Suggestion[]
  readonly flags: readonly Suggestion[]
  /** Values that a flag or, by its position, an argument may take. */
  readonly values: readonly { readonly flag: string; readonly choices: readonly string[] }[]
  readonly argumentChoices: readonly string[]
}

export interface Suggestion {
  readonly text: string
  readonly doc: string
}

/** The whole tree, one row for each node that has something to suggest. */
export function completionTable(node: Node): CompletionRow[] {
  const shape = shapeOf(node)
  const flags = shape.fields.filter((field) => !shape.args.includes(field.name))
  const argument = shape.fields.find((field) => field.name === shape.args[0])
  const row: CompletionRow = {
    path: node.words.join(' '),
    words: [...node.children.values()].map((child) => ({ text: child.words.at(-1) ?? '', doc: summaryOf(child) })),
    flags: flags.map((field) => ({ text: `--${flagOf(field.name)}`, doc: field.doc ?? '' })),
    values: flags
      .filter((field) => field.choices !== undefined)
      .map((field) => ({ flag: `--${flagOf(field.name)}`, choices: field.choices ?? [] })),
    argumentChoices: argument?.choices ?? [],
  }
  return [row, ...[...node.children.values()].flatMap(completionTable)]
}
