import { trackingErrors } from '../model.ts'

export const maxArtifactPath = 1024

/** The path as it is kept. Throws `artifact_path_invalid` for one that is empty, absolute or climbs. */
export function checkArtifactPath(path: string): string {
  const problem = pathProblem(path)
  if (problem !== undefined) throw trackingErrors.artifact_path_invalid({ path, problem })
  return path
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty'
  if (path.length > maxArtifactPath) return `it is longer than ${maxArtifactPath} characters`
  if (path.includes('\\')) return 'it has a backslash'
  if (path.includes('\0')) return 'it has a zero byte'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is absolute'
  const parts = path.split('/')
  if (parts.includes('..')) return 'it climbs out with ".."'
  if (parts.includes('') || parts.includes('.')) return 'it has an empty or "." part'
  return undefined
}

/** The folders above a path: `a`, `a/b` for `a/b/c`. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
