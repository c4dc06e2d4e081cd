import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Environments as they lie on disk: a folder each, with what is in it in `environment.json` and an empty file that dates its last use. */

export interface BuiltEnvironment {
  /** Of its folder. */
  readonly name: string
  /** Version of Python that it has. */
  readonly python: string
  /** Version that the model was made with; absent when it does not say. */
  readonly wantedPython?: string
  readonly requirements: readonly string[]
  readonly sizeBytes: number
  /** Epoch ms. */
  readonly builtAt: number
  /** When a model was last opened in it. */
  readonly lastUsedAt: number
}

const facts = 'environment.json'
const used = 'used'

export async function isThere(place: string): Promise<boolean> {
  return (await timeOf(join(place, facts))) !== undefined
}

/** Kept as the time of a file: it needs no transaction, and belongs to this host like the environment. */
export async function noteUse(place: string): Promise<void> {
  await writeFile(join(place, used), '')
}

export async function listEnvironments(folder: string): Promise<BuiltEnvironment[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(names.filter((name) => !name.startsWith('.')).map((name) => read(folder, name)))
  return found.filter((each) => each !== undefined)
}

async function read(folder: string, name: string): Promise<BuiltEnvironment | undefined> {
  const place = join(folder, name)
  const text = await readFile(join(place, facts), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { python, wantedPython, requirements } = JSON.parse(text)
  const builtAt = (await timeOf(join(place, facts))) ?? 0
  const lastUsedAt = (await timeOf(join(place, used))) ?? builtAt
  return { name, python, wantedPython, requirements, sizeBytes: await sizeOf(place), builtAt, lastUsedAt }
}

/** Under another name first, so that nobody takes it while it goes. */
export async function removeEnvironment(folder: string, name: string): Promise<boolean> {
  const place = join(folder, name)
  if (!/^[0-9a-f]{16}$/.test(name) || !(await isThere(place))) return false
  const leaving = join(folder, `.removing-${name}`)
  await rm(leaving, { recursive: true, force: true })
  await rename(place, leaving)
  await rm(leaving, { recursive: true, force: true })
  await rm(`${place}.log`, { force: true })
  return true
}

/** What a server left half built or half removed when it died. */
export async function clearUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder)
  const unfinished = names.filter((name) => /^\.(building|removing)-/.test(name))
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await sizeOf(path)
    else if (entry.isFile()) bytes += (await stat(path).catch(() => undefined))?.size ?? 0
  }
  return bytes
}

function timeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => Math.round(mtimeMs),
    () => undefined,
  )
}
