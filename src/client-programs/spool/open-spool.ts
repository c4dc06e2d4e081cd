import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineErrors, hasCode } from '../../kernel/errors.ts'
import type { ServerAt } from './sync.ts'

export const spoolErrors = defineErrors({
  spool_not_found: ['not_found', 'There is no spool in {folder}.', 'slipway run --offline -- <command> makes one.'],
})

/** A spool is the data directory of a server of its own: whatever a client logs is kept by the program that knows how. */
export interface Spool {
  readonly folder: string
  readonly at: ServerAt
  readonly token: string | undefined
  /** It was made for a command, and nobody but this process works on it: it may be removed once all of it is elsewhere. */
  readonly isDisposable: boolean
  /** Ends the server, when it is this process's. */
  close(): Promise<void>
}

/** Starts a server on a data directory, with that token when it is given one, and with no settings of anybody's. */
export type StartSpoolServer = (
  folder: string,
  token: string | undefined,
) => Promise<{ readonly url: string; stop(): Promise<void> }>

/** End of the name of a spool that is being removed: it may be half gone. */
export const removedEnd = '.removed'

const tokenPath = (folder: string) => join(folder, 'spool-token')

/** A new spool below `folder`, with a token of its own: other people of this machine shall not log into it. */
export async function makeSpool(folder: string, now: Date): Promise<string> {
  await mkdir(folder, { recursive: true })
  // To the millisecond: their names are the order in which they are sent.
  const name = now.toISOString().replace(/[-:]|Z$/g, '')
  const made = await mkdtemp(join(folder, `${name}-`))
  await writeFile(tokenPath(made), randomBytes(24).toString('base64url'), { mode: 0o600 })
  return made
}

/** The data directories at or directly below a folder, the oldest first. Throws `spool_not_found`. */
export async function listSpools(folder: string): Promise<string[]> {
  const isSpool = (path: string) => existsSync(join(path, 'slipway.db')) && !path.endsWith(removedEnd)
  if (isSpool(folder)) return [folder]
  const names = existsSync(folder) ? await readdir(folder) : []
  const found = names.sort().map((name) => join(folder, name))
  const spools = found.filter(isSpool)
  if (spools.length === 0) throw spoolErrors.spool_not_found({ folder })
  return spools
}

/** Starts a server on the spool, or takes the one that runs on it. `token` is for one that is not a spool's own. */
export async function openSpool(
  folder: string,
  { startServer, token }: { startServer: StartSpoolServer; token?: string | undefined },
): Promise<Spool> {
  const own = existsSync(tokenPath(folder)) ? await readFile(tokenPath(folder), 'utf8') : undefined
  try {
    const server = await startServer(folder, own)
    return { ...spoolAt(folder, server.url, own), isDisposable: own !== undefined, close: () => server.stop() }
  } catch (error) {
    if (!hasCode(error, 'data_dir_in_use')) throw error
    const { url } = JSON.parse(await readFile(join(folder, 'run', 'server.json'), 'utf8')) as { url: string }
    return { ...spoolAt(folder, url, own ?? token), isDisposable: false, close: async () => undefined }
  }
}

function spoolAt(folder: string, url: string, token: string | undefined): Pick<Spool, 'folder' | 'token' | 'at'> {
  return { folder, token, at: { url, ...(token === undefined ? {} : { token }) } }
}
