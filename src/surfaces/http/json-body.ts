import { kernelErrors } from '../../kernel/errors.ts'

/** Parses a JSON body; a mistake is answered with its line and column and the text around it. */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    // A "__proto__" key must not reach the prototype of whatever the body is merged into.
    return text.includes('__proto__') ? JSON.parse(text, dropPrototype) : JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw kernelErrors.malformed_json({ problem: explain(text, message) })
  }
}

function dropPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}

// Beyond this the search for the place would cost more than the place is worth.
const searchableLength = 256 * 1024

function explain(text: string, message: string): string {
  const what = message.replace(/ in JSON at position.*$| at position.*$/, '').replace(/, (?:\.\.\.)?".*$/s, '')
  const position = positionIn(message) ?? (text.length <= searchableLength ? findMistake(text) : undefined)
  if (position === undefined) return what
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const near = text.slice(Math.max(0, position - 20), position + 20).replace(/\s+/g, ' ')
  return `${what} at line ${line}, column ${column}, near "${near}"`
}

function positionIn(message: string): number | undefined {
  const found = /at position (\d+)/.exec(message)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** V8 leaves the position out of some messages: the mistake ends the longest prefix that could still become JSON. */
function findMistake(text: string): number {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (couldContinue(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function couldContinue(prefix: string): boolean {
  try {
    JSON.parse(prefix)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    return /Unexpected end|Unterminated/.test(message) || (positionIn(message) ?? -1) >= prefix.length
  }
}
