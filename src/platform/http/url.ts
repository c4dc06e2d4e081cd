const empty = new URLSearchParams()

/** The query of a URL as sent. */
export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return start === -1 ? empty : new URLSearchParams(url.slice(start + 1))
}

/** The path of a URL as sent, still encoded. */
export function pathOf(url: string): string {
  const start = url.indexOf('?')
  return start === -1 ? url : url.slice(0, start)
}
