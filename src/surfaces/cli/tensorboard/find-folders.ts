import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { cliErrors } from '../cli-errors.ts'

/** A folder with event files of its own: one run. */
export interface EventFolder {
  /** Relative to where the search began; empty for that folder itself. */
  readonly path: string
  readonly name: string
  readonly folder: string
  /** Names of its event files in the order they were begun, which their names tell. */
  readonly files: readonly string[]
  /** Path of the nearest folder above that is a run as well. */
  readonly parent?: string
}

/** All of them below `root`, those above before those within. */
export async function findEventFolders(root: string): Promise<EventFolder[]> {
  const top = await realpath(root).catch((error: Error) => {
    throw cliErrors.file_unreadable({ path: root, problem: error.message }, { cause: error })
  })
  const files = new Map<string, string[]>()
  for (const entry of await readdir(top, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.includes('.tfevents.')) continue
    const path = relative(top, entry.parentPath).replaceAll(sep, '/')
    files.set(path, [...(files.get(path) ?? []), entry.name])
  }
  return [...files.keys()].sort().map((path) => {
    const parent = parentOf(path, files)
    return {
      path,
      name: path === '' ? basename(top) : path,
      folder: join(top, path),
      files: (files.get(path) ?? []).sort(),
      ...(parent === undefined ? {} : { parent }),
    }
  })
}

function parentOf(path: string, files: ReadonlyMap<string, unknown>): string | undefined {
  for (let at = path; at !== ''; ) {
    at = dirname(at) === '.' ? '' : dirname(at)
    if (files.has(at)) return at
  }
  return undefined
}
