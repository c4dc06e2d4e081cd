/**
 * Which files of a folder are not part of the project, in the notation of .gitignore: a pattern a line, `#` comments, `!`
 * takes back, a trailing `/` means folders, a pattern with an inner `/` counts from the folder of the file, `*` `?` and
 * `[…]` stay within a name, `**` crosses folders. The last pattern that fits decides.
 */
export interface IgnoreRules {
  /** `path` is relative to the folder of the rules, with `/` between names. */
  ignores(path: string, isFolder: boolean): boolean
}

interface Rule {
  readonly pattern: RegExp
  readonly takesBack: boolean
  readonly foldersOnly: boolean
}

export function parseIgnoreRules(text: string): IgnoreRules {
  const rules = text.split(/\r?\n/).flatMap(parseLine)
  return {
    ignores: (path, isFolder) => {
      const last = rules.findLast((rule) => (isFolder || !rule.foldersOnly) && rule.pattern.test(path))
      return last !== undefined && !last.takesBack
    },
  }
}

function parseLine(line: string): Rule[] {
  let text = line.replace(/(?<!\\)\s+$/, '')
  if (text === '' || text.startsWith('#')) return []
  const takesBack = text.startsWith('!')
  if (takesBack) text = text.slice(1)
  const foldersOnly = text.endsWith('/')
  if (foldersOnly) text = text.slice(0, -1)
  const isAnchored = text.includes('/')
  const body = toPattern(text.replace(/^\//, ''))
  return [{ pattern: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${body}$`, 'u'), takesBack, foldersOnly }]
}

function toPattern(glob: string): string {
  const tokens = glob.match(/\*\*\/|\/\*\*$|\*+|\?|\[[^\]]+\]|\\?./gsu) ?? []
  return tokens.map(tokenPattern).join('')
}

function tokenPattern(token: string): string {
  if (token === '**/') return '(?:.*/)?'
  if (token === '/**') return '/.*'
  if (token.startsWith('*')) return '[^/]*'
  if (token === '?') return '[^/]'
  if (token.length > 1 && token.startsWith('[')) return token.replace(/^\[!/, '[^')
  const letter = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
