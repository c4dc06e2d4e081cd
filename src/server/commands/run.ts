import { type Command, defineCommand } from '../../surfaces/cli/index.ts'
import { type CommandRoot, spoolsFolder } from './command-root.ts'
import { spoolServer } from './spool-server.ts'

/** `slipway run`: a command as a run, with what it was made with and what it printed. */
export function runCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['run'],
    summary: 'Run a command as a tracked run: its code, its environment and its output are kept.',
    description:
      'The run knows the Git commit and keeps the difference to it, the machine, the packages of the interpreter and the output. ' +
      'Clients in the command log into this run without being told. Ends with the exit code of the command. ' +
      'With --offline everything is logged into a spool on this machine and sent to the server when it answers: the command never waits for it.',
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
      { name: 'offline', kind: 'boolean', doc: 'Log into a spool, and send it when the server answers.' },
      { name: 'spool', kind: 'text', fallback: spoolsFolder, doc: 'Folder of the spools.' },
    ],
    examples: [
      'slipway run --experiment churn -- python train.py --epochs 3',
      'slipway run --offline -- python train.py',
    ],
    run: async ({ input, environment, terminal, transport, signal, url }) => {
      const [{ recordRun }, { dialects }] = await Promise.all([
        import('../../client-programs/recorded-run/record-run.ts'),
        import('../../app.ts'),
      ])
      const { command, experiment, name, tags, offline, spool: folder = spoolsFolder } = input
      const record = {
        command,
        experiment: experiment ?? 'Default',
        ...(name === undefined ? {} : { name }),
        ...(tags === undefined ? {} : { tags }),
        dialects,
        terminal,
        signal,
      }
      if (offline !== true) return recordRun(await transport(), { ...record, url, environment })
      const [{ withOfflineSpool }, { createTransport }] = await Promise.all([
        import('../../client-programs/spool/offline-run.ts'),
        import('../../sdk/index.ts'),
      ])
      const { SLIPWAY_TOKEN: token, ...rest } = environment
      const to = { url, ...(token === undefined ? {} : { token }) }
      const options = { folder, to, startServer: spoolServer(root), terminal, signal, now: new Date(), everyMs }
      return withOfflineSpool(options, ({ at, token: own }) =>
        recordRun(createTransport(at), { ...record, url: at.url, environment: { ...rest, SLIPWAY_TOKEN: own } }),
      )
    },
  })
}

/** Often enough that a chart is followed while the training goes on, seldom enough that nobody notices it. */
const everyMs = 10_000
