import type { FieldProblem } from '../../kernel/errors.ts'

/**
 * Rules for the path of a file inside a dataset version: relative, `/` between parts, safe to create under any folder of
 * any operating system's file API, and one spelling per file. Pure; every way in (operation, route, service) uses these.
 */

const maxPathBytes = 1024
const maxPartBytes = 255

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
const controlCharacter = /[\u0000-\u001f\u007f]/

/** Why `path` may not name a file, or undefined when it may. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'the path is empty'
  if (!path.isWellFormed()) return 'the path is not valid Unicode'
  if (Buffer.byteLength(path) > maxPathBytes) return `the path is longer than ${maxPathBytes} bytes`
  if (controlCharacter.test(path)) return 'the path contains a control character'
  if (path.includes('\\')) return 'the path contains a backslash; use / between folders'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'the path is absolute; paths are relative to the dataset'
  for (const part of path.split('/')) {
    const problem = partProblem(part)
    if (problem !== undefined) return problem
  }
  return undefined
}

function partProblem(part: string): string | undefined {
  if (part === '') return 'the path has an empty part (// or a trailing /)'
  if (Buffer.byteLength(part) > maxPartBytes) return `a part of the path is longer than ${maxPartBytes} bytes`
  if (part === '.' || part === '..') return `the path contains "${part}"; it must not climb`
  // Names that some later decoder would read as a climb or a separator.
  const decoded = part.replace(/%(2e|2f|5c|00)/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  if (decoded !== part && (decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded))) {
    return 'the path contains an encoded dot, slash or NUL that could climb out'
  }
  return undefined
}

/** Every problem of a list of files: bad paths, duplicates, and a file that another path uses as a folder. */
export function pathProblems(files: readonly { readonly path: string }[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  const seen = new Map<string, number>()
  files.forEach(({ path }, index) => {
    const first = seen.get(path)
    const problem = pathProblem(path) ?? (first === undefined ? undefined : `the same path as files[${first}]`)
    if (problem !== undefined)
      problems.push({ path: `files[${index}].path`, message: `${quoted(path)}: ${problem}`, value: path })
    if (first === undefined) seen.set(path, index)
  })
  for (const [path, index] of seen) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const file = seen.get(path.slice(0, cut))
      if (file === undefined) continue
      const message = `${quoted(path)}: files[${file}] is a file, not a folder`
      problems.push({ path: `files[${index}].path`, message, value: path })
      break
    }
  }
  return problems
}

/** As people find it among their files: what cannot be seen is escaped. */
function quoted(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path)
}
