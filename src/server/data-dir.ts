import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defineErrors } from '../kernel/errors.ts'
import { isSqliteBusy } from '../platform/db/index.ts'

export const dataDirErrors = defineErrors({
  data_dir_in_use: [
    'conflict',
    'The data directory {path} is in use by another Slipway server{who}.',
    'Stop that server, or give this one its own --data-dir.',
  ],
  data_dir_unusable: [
    'invalid',
    'The data directory {path} cannot be used: {problem}.',
    'Give another --data-dir, or make this one writable.',
  ],
})

export interface DataDir {
  readonly path: string
  /** Unix socket on which the control plane listens. */
  readonly controlSocket: string
  /** `<data-dir>/<part>`, made when it is missing. */
  folder(part: string): Promise<string>
  release(): void
}

/**
 * Takes the data directory for this process. The lock is an exclusive transaction on a file of its own: the kernel drops
 * it however the process dies, and no stale file needs a person to remove it.
 */
export async function takeDataDir(given: string, note: { pid: number; url: string }): Promise<DataDir> {
  const path = resolve(given)
  const notePath = join(path, 'run', 'server.json')
  let lock: DatabaseSync | undefined
  try {
    await mkdir(join(path, 'run'), { recursive: true })
    lock = new DatabaseSync(join(path, 'run', 'lock'), { timeout: 0 })
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    await writeFile(notePath, JSON.stringify(note))
  } catch (error) {
    lock?.close()
    if (isSqliteBusy(error))
      throw dataDirErrors.data_dir_in_use({ path, who: await describeHolder(notePath) }, { cause: error })
    const problem = error instanceof Error ? error.message : String(error)
    throw dataDirErrors.data_dir_unusable({ path, problem }, { cause: error })
  }
  const held = lock
  return {
    path,
    controlSocket: socketPath(path),
    folder: async (part) => {
      const folder = join(path, part)
      await mkdir(folder, { recursive: true })
      return folder
    },
    release: () => held.close(),
  }
}

async function describeHolder(notePath: string): Promise<string> {
  try {
    const note = JSON.parse(await readFile(notePath, 'utf8'))
    return ` (process ${note.pid}, ${note.url})`
  } catch {
    // The other server has not written its note yet; the message is right without it.
    return ''
  }
}

/** The kernel allows 107 bytes for a socket's path; a data directory deeper than that gets a short one elsewhere. */
function socketPath(dataDir: string): string {
  const inside = join(dataDir, 'run', 'control.sock')
  if (Buffer.byteLength(inside) <= 100) return inside
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return join(tmpdir(), `slipway-${name}.sock`)
}
