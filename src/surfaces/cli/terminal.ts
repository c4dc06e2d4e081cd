/** Where the CLI writes. The entry of the program makes it from the process; tests make one from two lists. */
export interface Terminal {
  /** Results. */
  readonly write: (text: string) => void
  /** Everything that is not a result: errors, progress, hints. */
  readonly note: (text: string) => void
  /** Whether results go to a person: aligned, cut to the width, colored. */
  readonly isInteractive: boolean
  readonly columns: number
  readonly hasColor: boolean
  /** Whole standard input, for `@-`. */
  readonly readInput: () => Promise<string>
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

export type Style = keyof typeof codes

/** `text` in a color or weight, when the terminal shows such. */
export function paint(terminal: Pick<Terminal, 'hasColor'>, style: Style, text: string): string {
  return terminal.hasColor ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
}
