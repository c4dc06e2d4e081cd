import type { Command } from '../../surfaces/cli/index.ts'

/** `slipway run`: a command as a run, with what it was made with and what it printed. */
export function runCommand(): Command {
  return {
    words: ['run'],
    summary: 'Run a command as a tracked run: its code, its environment and its output are kept.',
    description:
      'The run knows the Git commit and keeps the difference to it, the machine, the packages of the interpreter and the output. ' +
      'Clients in the command log into this run without being told. Ends with the exit code of the command.',
    args: ['command'],
    fields: [
      { name: 'command', kind: 'text', isList: true, isRequired: true, doc: 'The command, after --.' },
      {
        name: 'experiment',
        kind: 'text',
        fallback: 'Default',
        doc: 'Name of the experiment; made when there is none.',
      },
      { name: 'name', kind: 'text', doc: 'Name of the run.' },
      { name: 'tags', kind: 'map', doc: 'Tags of the run.' },
    ],
    examples: ['slipway run --experiment churn -- python train.py --epochs 3'],
    run: async ({ input, environment, terminal, transport, signal, url }) => {
      const [{ recordRun }, { dialects }] = await Promise.all([
        import('../recorded-run/record-run.ts'),
        import('../../app.ts'),
      ])
      const { command, experiment, name, tags } = input as {
        command: readonly string[]
        experiment?: string
        name?: string
        tags?: Record<string, string>
      }
      return recordRun(await transport(), {
        command,
        experiment: experiment ?? 'Default',
        ...(name === undefined ? {} : { name }),
        ...(tags === undefined ? {} : { tags }),
        url,
        environment,
        dialects,
        terminal,
        signal,
      })
    },
  }
}
