import { createHash } from 'node:crypto'
import { type ModelFile, registryErrors } from './model.ts'

/** The files of a version in byte order of their paths. Throws `model_files_invalid` that names every bad one. */
export function checkFiles(files: readonly ModelFile[]): ModelFile[] {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const { path, digest } of files) {
    const problem = pathProblem(path) ?? (seen.has(path) ? 'it is there twice' : undefined)
    if (problem !== undefined) problems.push(`${JSON.stringify(path)}: ${problem}`)
    if (!/^[0-9a-f]{64}$/.test(digest)) problems.push(`${JSON.stringify(path)}: "${digest}" is no SHA-256 digest`)
    seen.add(path)
  }
  if (problems.length > 0) throw registryErrors.model_files_invalid({ problems: problems.slice(0, 5).join('; ') })
  const keyed = files.map((file) => ({ key: Buffer.from(file.path), file }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ file }) => file)
}

function pathProblem(path: string): string | undefined {
  if (path === '' || path.length > 1024) return 'a path has 1 to 1024 characters'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is absolute'
  if (path.includes('\\') || path.includes('\0')) return 'it has a backslash or a zero byte'
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return 'it is not a plain path'
  return undefined
}

/** SHA-256 of what `sha256sum` prints for the files in byte order: equal packages have equal digests. */
export function manifestDigest(sorted: readonly ModelFile[]): string {
  const hash = createHash('sha256')
  for (const file of sorted) hash.update(`${file.digest}  ${file.path}\n`)
  return hash.digest('hex')
}
