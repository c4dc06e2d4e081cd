import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { defineErrors } from '../../../kernel/errors.ts'
import { cliErrors } from '../cli-errors.ts'

/** A file on this machine that shall become a file of a dataset. */
export interface LocalFile {
  /** In the dataset: relative, / between folders. */
  readonly path: string
  readonly localPath: string
  readonly sizeBytes: number
}

export interface HashedFile extends LocalFile {
  readonly digest: string
}

export const localFileErrors = defineErrors({
  nothing_to_add: ['invalid', 'There is no file in {paths}.', 'A dataset version has at least one file.'],
  path_twice: ['invalid', 'Two files would become {path} in the dataset: {first} and {second}.', 'Rename one of them.'],
  not_a_file: [
    'invalid',
    '{path} is neither a file nor a folder.',
    'Leave it out: sockets and devices have no content.',
  ],
  file_changed: [
    'conflict',
    '{path} changed while it was being added.',
    'Run the command again when nobody writes to it.',
  ],
})

/**
 * The files under these paths. One folder alone stands for its content; otherwise each file and folder keeps its own
 * name, as with `cp -r`. Symbolic links are followed, except back into a folder that is being read. Empty folders leave
 * no trace: a dataset has files.
 */
export async function findFiles(paths: readonly string[]): Promise<LocalFile[]> {
  const found: LocalFile[] = []
  const [only] = paths
  const isOneFolder = paths.length === 1 && only !== undefined && (await factsOf(only)).isDirectory()
  for (const path of paths) await addPath(found, { localPath: path, path: isOneFolder ? '' : basename(resolve(path)) })
  if (found.length === 0) throw localFileErrors.nothing_to_add({ paths: paths.join(', ') })
  const seen = new Map<string, string>()
  for (const { path, localPath } of found) {
    const first = seen.get(path)
    if (first !== undefined) throw localFileErrors.path_twice({ path, first, second: localPath })
    seen.set(path, localPath)
  }
  return found
}

interface Place {
  readonly path: string
  readonly localPath: string
}

async function addPath(found: LocalFile[], place: Place, above: readonly string[] = []): Promise<void> {
  const facts = await factsOf(place.localPath)
  if (facts.isFile()) {
    found.push({ ...place, sizeBytes: facts.size })
  } else if (facts.isDirectory()) {
    const folder = await realpath(place.localPath)
    if (above.includes(folder)) return
    const names = await readdir(place.localPath)
    for (const name of names) {
      const path = place.path === '' ? name : `${place.path}/${name}`
      await addPath(found, { path, localPath: join(place.localPath, name) }, [...above, folder])
    }
  } else throw localFileErrors.not_a_file({ path: place.localPath })
}

function factsOf(path: string) {
  return stat(path).catch((error: Error) => {
    throw cliErrors.file_unreadable({ path, problem: error.message }, { cause: error })
  })
}

/** Files read at once; small ones are bound by the system calls, large ones by the hash. */
const readers = 16
/** Read whole rather than streamed up to this size. */
const smallBytes = 1 << 20

/** Every file with the SHA-256 of its bytes. `onFile` hears of each as it is done. */
export async function hashFiles(
  files: readonly LocalFile[],
  onFile: (file: HashedFile) => void = () => undefined,
): Promise<HashedFile[]> {
  const hashed: HashedFile[] = new Array(files.length)
  const rest = files.entries()
  const work = async () => {
    for (const [index, file] of rest) {
      const one = { ...file, ...(await hashFile(file)) }
      hashed[index] = one
      onFile(one)
    }
  }
  await Promise.all(Array.from({ length: readers }, work))
  return hashed
}

async function hashFile({ localPath, sizeBytes }: LocalFile): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256')
  let seen = 0
  const take = (bytes: Uint8Array) => {
    hash.update(bytes)
    seen += bytes.length
  }
  try {
    if (sizeBytes <= smallBytes) take(await readFile(localPath))
    else for await (const chunk of createReadStream(localPath, { highWaterMark: smallBytes })) take(chunk)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw cliErrors.file_unreadable({ path: localPath, problem }, { cause: error })
  }
  return { digest: hash.digest('hex'), sizeBytes: seen }
}
