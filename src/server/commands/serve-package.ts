import { type Command, defineCommand } from '../../surfaces/cli/index.ts'
import type { CommandRoot } from './command-root.ts'

/** `slipway serve-package`: an exported deployment, until a signal. */
export function servePackageCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['serve-package'],
    summary: 'Serve a folder made by "deployments export": one deployment, one process, no database.',
    description:
      'Answers every inference protocol, and /health and /ready. Nothing is recorded. ' +
      'The token comes from SLIPWAY_AUTH_TOKEN; other machines are served only with one, or with --insecure.',
    args: ['folder'],
    fields: [
      { name: 'folder', kind: 'text', isRequired: true, doc: 'The folder that holds deployment.json.' },
      { name: 'host', kind: 'text', fallback: '127.0.0.1', doc: 'Address to listen on; 0.0.0.0 for every machine.' },
      { name: 'port', kind: 'number', fallback: '8080', doc: 'Port to listen on.' },
      { name: 'insecure', kind: 'boolean', doc: 'Serve other machines without a token.' },
    ],
    examples: ['slipway serve-package ./iris', 'slipway serve-package /package --host 0.0.0.0 --port 8080 --insecure'],
    run: async ({ input, environment, terminal, signal }) => {
      const [{ servePackage }, { inferenceGrpc, inferenceProtocols, openRemote }] = await Promise.all([
        import('../package/serve-package.ts'),
        root.protocols(),
      ])
      const { folder, host = '127.0.0.1', port = 8080 } = input
      return servePackage({
        folder,
        host,
        port,
        token: environment.SLIPWAY_AUTH_TOKEN,
        insecure: input.insecure === true || environment.SLIPWAY_INSECURE === 'true',
        protocols: inferenceProtocols,
        grpc: inferenceGrpc,
        openRemote,
        signal,
        onReady: () => terminal.write(`Slipway serves ${folder} at http://${host}:${port}\n`),
      })
    },
  })
}
