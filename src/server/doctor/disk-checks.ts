import { constants, existsSync } from 'node:fs'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { bytesText } from '../../surfaces/cli/index.ts'
import { type Check, ok } from './check.ts'

// Less than this is used up by one larger dataset.
const littleBytes = 2e9

export const dataDirectory: Check = {
  name: 'data directory',
  run: async ({ config }) => {
    const path = resolve(config.dataDir)
    const base = nearestExisting(path)
    if (!(await stat(base)).isDirectory())
      return { state: 'failed', detail: `${base} is not a folder`, advice: 'Give another --data-dir.' }
    const isWritable = await access(base, constants.W_OK).then(
      () => true,
      () => false,
    )
    if (!isWritable) return { state: 'failed', detail: `${base} is not writable`, advice: 'Give another --data-dir.' }
    if (base !== path) return ok(`${path} will be made`)
    return ok(`${path}${await lastServer(path)}`)
  },
}

export const diskSpace: Check = {
  name: 'disk space',
  run: async ({ config }) => {
    const path = nearestExisting(resolve(config.dataDir))
    const { bavail, bsize } = await statfs(path)
    const free = bavail * bsize
    const detail = `${bytesText(free)} free at ${path}`
    return free < littleBytes
      ? { state: 'warning', detail, advice: 'Free some space, or move the data directory.' }
      : ok(detail)
  },
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** The note that a server leaves in its data directory; it may have ended since. */
async function lastServer(path: string): Promise<string> {
  const note = await readFile(join(path, 'run', 'server.json'), 'utf8').catch(() => undefined)
  return note === undefined ? '' : ` (last served at ${JSON.parse(note).url})`
}
