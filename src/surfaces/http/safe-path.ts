import { defineErrors } from '../../kernel/errors.ts'

export const pathErrors = defineErrors({
  path_climbs: [
    'invalid',
    'The path {path} climbs out with "..", is absolute or has a NUL byte.',
    'Use a plain relative path.',
  ],
  path_malformed: ['invalid', 'The path {path} has broken percent-encoding.', 'Encode "%" itself as "%25".'],
})

/**
 * Refuses a URL path that climbs, however often it is encoded, before any route sees it. Routes receive parameters decoded
 * once; decoding further here only asks what a careless reader downstream would see.
 */
export function refuseClimbing(url: string): void {
  const end = url.search(/[?#]/)
  let path = end === -1 ? url : url.slice(0, end)
  // The common case costs one scan: nothing encoded, no dots in a row, no backslash.
  if (!/%|\.\.|\\/.test(path)) return
  for (let round = 0; round < 4; round++) {
    if (path.includes('\0') || path.split(/[/\\]/).some((segment) => segment === '..'))
      throw pathErrors.path_climbs({ path: url })
    if (!path.includes('%')) return
    const decoded = decode(path)
    if (decoded === undefined) {
      if (round === 0) throw pathErrors.path_malformed({ path: url })
      return
    }
    if (decoded === path) return
    path = decoded
  }
}

/** Refuses a decoded rest of a path (`{path*}`) that names an absolute place. */
export function refuseAbsolute(rest: string, url: string): void {
  if (rest.startsWith('/') || rest.startsWith('\\') || /^[A-Za-z]:[/\\]/.test(rest))
    throw pathErrors.path_climbs({ path: url })
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
