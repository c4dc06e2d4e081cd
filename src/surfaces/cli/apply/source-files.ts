import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { defineErrors } from '../../../kernel/errors.ts'
import { readGitState } from '../../../platform/provenance/index.ts'
import { type IgnoreRules, parseIgnoreRules } from './ignore-rules.ts'

/** The code of a project: what its pipeline steps run. Files are named by content and not yet uploaded. */
export interface ProjectSource {
  readonly files: readonly SourceEntry[]
  readonly commit?: string
  readonly dirty?: boolean
  readonly repository?: string
}

export interface SourceEntry {
  readonly path: string
  readonly digest: string
  readonly sizeBytes: number
  readonly executable?: true
}

const fileLimitBytes = 16 * 1024 ** 2
const totalLimitBytes = 128 * 1024 ** 2
const countLimit = 10_000

export const sourceErrors = defineErrors({
  source_too_large: [
    'too_large',
    'The project folder {folder} is too large for source code: {problem}.',
    'Data belongs into a dataset (slipway datasets add). Name what is not code in .slipwayignore.',
  ],
})

/**
 * The files of a folder that are code: in a Git working tree what Git would track, elsewhere everything but hidden
 * folders, node_modules and what .gitignore names; in both cases without what .slipwayignore names. Symbolic links are
 * left out. In byte order of the paths.
 */
export async function readSource(folder: string): Promise<ProjectSource> {
  const git = await readGitState(folder)
  const paths = git?.files ?? (await walk(folder, '', await readRules(folder, '.gitignore')))
  const rules = await readRules(folder, '.slipwayignore')
  const kept = paths
    .filter((path) => !isIgnored(rules, path))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  if (kept.length > countLimit) throw tooLarge(folder, `${kept.length} files, the limit is ${countLimit}`)
  const files: SourceEntry[] = []
  let totalBytes = 0
  for (const path of kept) {
    const entry = await readEntry(folder, path)
    if (entry === undefined) continue
    totalBytes += entry.sizeBytes
    if (totalBytes > totalLimitBytes) throw tooLarge(folder, `more than ${totalLimitBytes} bytes in all`)
    files.push(entry)
  }
  if (git === undefined) return { files }
  const { commit, dirty, repository } = git
  return { files, commit, dirty, ...(repository === undefined ? {} : { repository }) }
}

async function walk(folder: string, prefix: string, rules: IgnoreRules): Promise<string[]> {
  const paths: string[] = []
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory()) {
      const isLeftOut = entry.name.startsWith('.') || entry.name === 'node_modules' || rules.ignores(path, true)
      if (!isLeftOut) paths.push(...(await walk(folder, `${path}/`, rules)))
    } else if (!rules.ignores(path, false)) paths.push(path)
  }
  return paths
}

/** True when the path or a folder above it is ignored. */
function isIgnored(rules: IgnoreRules, path: string): boolean {
  const parts = path.split('/')
  return parts.some((_, i) => rules.ignores(parts.slice(0, i + 1).join('/'), i < parts.length - 1))
}

/** Undefined for what is not a regular file, or was deleted meanwhile. */
async function readEntry(folder: string, path: string): Promise<SourceEntry | undefined> {
  const full = join(folder, path)
  const stat = await lstat(full).catch(() => undefined)
  if (!stat?.isFile()) return undefined
  if (stat.size > fileLimitBytes)
    throw tooLarge(folder, `${path} has ${stat.size} bytes, the limit is ${fileLimitBytes}`)
  const hash = createHash('sha256')
  await pipeline(createReadStream(full), hash)
  const isExecutable = (stat.mode & 0o100) !== 0
  const entry = { path, digest: hash.digest('hex'), sizeBytes: stat.size }
  return isExecutable ? { ...entry, executable: true } : entry
}

async function readRules(folder: string, name: string): Promise<IgnoreRules> {
  const path = join(folder, name)
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  return parseIgnoreRules(exists ? await readFile(path, 'utf8') : '')
}

function tooLarge(folder: string, problem: string) {
  return sourceErrors.source_too_large({ folder, problem })
}
