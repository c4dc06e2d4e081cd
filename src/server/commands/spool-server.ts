import { join } from 'node:path'
import type { StartSpoolServer } from '../../client-programs/spool/open-spool.ts'
import type { CommandRoot } from './command-root.ts'

/** A whole server of this program on a spool: whatever a client logs is kept by the code that knows how. */
export function spoolServer({ packageDir }: Pick<CommandRoot, 'packageDir'>): StartSpoolServer {
  return async (folder, token) => {
    const [{ serve }, app] = await Promise.all([import('../serve.ts'), import('../../app.ts')])
    const auth = token === undefined ? {} : { 'auth-token': token }
    return serve({
      // Not the settings of the user's own server, which may name a database elsewhere.
      flags: { port: '0', 'data-dir': folder, 'log-level': 'error', 'shutdown-grace-ms': '2000', ...auth },
      environment: {},
      configPath: join(folder, 'slipway.yaml'),
      ...app,
      packageDir,
    })
  }
}
