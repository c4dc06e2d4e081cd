import { bashScript } from './bash.ts'
import type { CompletionRow } from './completion-table.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

export const scripts: Readonly<Record<string, (rows: readonly CompletionRow[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}
