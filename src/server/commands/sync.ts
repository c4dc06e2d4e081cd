import { errorKinds } from '../../kernel/errors.ts'
import { type Command, defineCommand } from '../../surfaces/cli/index.ts'
import { type CommandRoot, spoolsFolder } from './command-root.ts'
import { spoolServer } from './spool-server.ts'

/** `slipway sync`: what was logged without the server, sent to it. */
export function syncCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['sync'],
    summary: 'Send what was logged offline to a server.',
    description:
      'Sends experiments, runs with their points and files, versions of models, and traces that the server does not have, under the same ids. ' +
      'May be interrupted and repeated: nothing is sent twice. Takes spools of "run --offline", or the data directory of any server.',
    args: ['folder'],
    fields: [
      { name: 'folder', kind: 'text', fallback: spoolsFolder, doc: 'A spool, or the folder of many.' },
      { name: 'to', kind: 'text', doc: 'Address of the server; default --url.' },
      { name: 'status', kind: 'boolean', doc: 'Send nothing, and list what waits.' },
      { name: 'again', kind: 'boolean', doc: 'Send everything once more: the server lost it, or is another one.' },
      { name: 'remove', kind: 'boolean', doc: 'Remove each spool of "run --offline" once all of it is on the server.' },
    ],
    examples: ['slipway sync --to http://127.0.0.1:5000', 'slipway sync --status'],
    run: async ({ input, environment, terminal, signal, isJson, url }) => {
      const [{ syncSpools, waitingSpools }, report] = await Promise.all([
        import('../../client-programs/spool/sync-spools.ts'),
        import('../../client-programs/spool/sync-report.ts'),
      ])
      const { folder, to, status, again, remove } = input
      const token = environment.SLIPWAY_TOKEN
      const address = to ?? url
      const sending = report.showSending(terminal)
      const options = {
        folder: folder ?? spoolsFolder,
        to: { url: address, ...(token === undefined ? {} : { token }) },
        startServer: spoolServer(root),
        token,
        signal,
        isAgain: again === true,
        isRemoved: remove === true,
        onProgress: (_: string, sent: Parameters<typeof sending.report>[0]) => sending.report(sent),
      }
      if (status === true) {
        const items = await waitingSpools(options)
        terminal.write(isJson ? toJson(address, items) : `${items.map(report.renderWaiting).join('\n')}\n`)
        return 0
      }
      const items = await syncSpools(options).finally(sending.end)
      terminal.write(isJson ? toJson(address, items) : `${items.map(report.renderSynced).join('\n')}\n`)
      return items.some(({ refusals }) => refusals.length > 0) ? errorKinds.conflict.exit : 0
    },
  })
}

const toJson = (to: string, items: readonly object[]) => `${JSON.stringify({ to, items }, null, 2)}\n`
