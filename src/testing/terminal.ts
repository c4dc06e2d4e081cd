import type { Terminal } from '../surfaces/cli/index.ts'

/** A terminal that keeps what is written to it. */
export interface TestTerminal extends Terminal {
  readonly out: () => string
  readonly notes: () => string
}

export interface TestTerminalOptions {
  readonly isInteractive?: boolean
  readonly columns?: number
  /** What stands on standard input. */
  readonly input?: string
  /** Called after each note. */
  readonly onNote?: (() => void) | undefined
}

export function testTerminal(options: TestTerminalOptions = {}): TestTerminal {
  const { isInteractive = false, columns = 80, input = '', onNote } = options
  let [out, notes] = ['', '']
  return {
    out: () => out,
    notes: () => notes,
    write: (text) => {
      out += text
    },
    note: (text) => {
      notes += text
      onNote?.()
    },
    isInteractive,
    columns,
    hasColor: false,
    readInput: async () => input,
  }
}
