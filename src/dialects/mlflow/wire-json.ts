import { wireError } from './wire-error.ts'

/**
 * The JSON of these clients: protobuf's mapping, with what real clients add to it. Integers of 64 bits come as numbers or
 * as strings, NaN and infinities as strings or (from clients that are careless) as bare words, and some old clients
 * send a JSON string that holds the JSON.
 */
export function readJson(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {}
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  if (text.trim() === '') return {}
  let value = parse(text)
  if (typeof value === 'string') value = parse(value)
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw wireError(
      'BAD_REQUEST',
      `The request body must be a JSON object, not ${JSON.stringify(value).slice(0, 100)}.`,
    )
  }
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parseLenient(text)
  }
}

// A string (kept as it is) or one of the bare words, which becomes a string.
const wordsOutsideStrings = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text.replace(wordsOutsideStrings, (match) => (match.startsWith('"') ? match : `"${match}"`)))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw wireError('BAD_REQUEST', `The request body is not valid JSON: ${problem}`)
  }
}

/** The message without its unset fields: undefined, and empty lists, are not sent. */
export function compact<T extends object>(message: T): T {
  const entries = Object.entries(message).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(entries) as T
}
