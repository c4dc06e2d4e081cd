/**
 * Remembers the last run that went well, and for exactly which files: a second run in the same state is over in a moment.
 * Kept in .cache/, so a fresh clone begins with nothing.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LastRun<T> {
  /** When it ended, ISO 8601. */
  readonly at: string
  readonly result: T
}

const repository = join(import.meta.dirname, '..')
const folder = join(repository, '.cache', 'last-run')
const placeOf = (name: string) => join(folder, `${name}.json`)

/** SHA-256 over the paths and bytes of every file that is part of the repository or could become so; undefined without git. */
export function sourceDigest(root = repository): string | undefined {
  const hash = createHash('sha256').update(`${process.version} ${process.platform}-${process.arch}\n`)
  try {
    const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
    if (status !== 0) return undefined
    const paths = new Set(stdout.split('\0').filter((path) => path !== ''))
    for (const path of [...paths].sort())
      hash.update(`${path}\0`).update(
        createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest(),
      )
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

/** The last good run of `name` when nothing has changed since. */
export function findLastRun<T>(name: string, digest: string | undefined): LastRun<T> | undefined {
  try {
    const { digest: known, ...run } = JSON.parse(readFileSync(placeOf(name), 'utf8'))
    return digest !== undefined && known === digest ? run : undefined
  } catch {
    return undefined
  }
}

/** `digest` is from before the run: a file that changed meanwhile was not tested. */
export function rememberRun(name: string, digest: string | undefined, result: unknown): void {
  if (digest === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(placeOf(name), JSON.stringify({ digest, at: new Date().toISOString(), result }))
}
