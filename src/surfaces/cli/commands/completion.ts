import type { CliOptions } from '../cli.ts'
import { cliErrors } from '../cli-errors.ts'
import type { Command } from '../command.ts'

/** `slipway completion bash`: prints a script for the shell to source. */
export function completion(options: Pick<CliOptions, 'manifest' | 'commands' | 'version'>): Command {
  return {
    words: ['completion'],
    summary: 'Print a script that completes commands and flags in your shell.',
    description:
      'bash: source <(slipway completion bash)\nzsh:  source <(slipway completion zsh)\nfish: slipway completion fish | source',
    args: ['shell'],
    fields: [{ name: 'shell', kind: 'text', isRequired: true, choices: ['bash', 'zsh', 'fish'] }],
    examples: ['slipway completion bash > ~/.local/share/bash-completion/completions/slipway'],
    run: async ({ input, terminal }) => {
      const [{ completionTable }, { scripts }, { buildTree }, { commands }] = await Promise.all([
        import('../completion/completion-table.ts'),
        import('../completion/scripts.ts'),
        import('../command-tree.ts'),
        import('./index.ts'),
      ])
      const shell = String(input.shell)
      const write = scripts[shell]
      if (write === undefined) throw cliErrors.command_unknown({ command: `completion ${shell}` })
      terminal.write(write(completionTable(buildTree(options.manifest, [...commands(options), ...options.commands]))))
      return 0
    },
  }
}
