import { cliErrors } from '../cli-errors.ts'
import { defineCommand } from '../command.ts'

/** `slipway completion bash`: prints a script for the shell to source. */
export const completion = defineCommand({
  words: ['completion'],
  summary: 'Print a script that completes commands and flags in your shell.',
  description:
    'bash: source <(slipway completion bash)\nzsh:  source <(slipway completion zsh)\nfish: slipway completion fish | source',
  args: ['shell'],
  fields: [{ name: 'shell', kind: 'text', isRequired: true, choices: ['bash', 'zsh', 'fish'] }],
  examples: ['slipway completion bash > ~/.local/share/bash-completion/completions/slipway'],
  run: async ({ input: { shell }, terminal, program }) => {
    const [{ completionTable }, { scripts }, { buildTree }] = await Promise.all([
      import('../completion/completion-table.ts'),
      import('../completion/scripts.ts'),
      import('../command-tree.ts'),
    ])
    const write = scripts[shell]
    if (write === undefined) throw cliErrors.command_unknown({ command: `completion ${shell}` })
    terminal.write(write(completionTable(buildTree(program.manifest, program.commands))))
    return 0
  },
})
