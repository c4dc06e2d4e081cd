import { z } from 'zod'
import { kernelErrors } from './errors.ts'

/** Largest page a list returns; asking for more is an error, not a silent cut. */
export const maxPageSize = 1000

/** Query fields that every list operation takes. Spread into its input: `z.object({ ...pageQuery, model: … })`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(50).describe('Rows in a page.'),
  cursor: z.string().max(1000).optional().describe('The nextCursor of the page before.'),
}

/** What a list function takes: the same as numbers and text. */
export interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface Page<T> {
  items: T[]
  nextCursor?: string | undefined
}

/** The output schema of a list: `{ items, nextCursor? }`; nextCursor is absent on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() })
}

/** An opaque cursor that carries the sort key of the last row of a page. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Reads a cursor made by `encodeCursor`; `size` is how many parts its key has. */
export function decodeCursor(cursor: string | undefined, size: number): (string | number)[] | undefined {
  if (cursor === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === size && key.every(isSortable)) return key
  } catch {
    // falls through to the error below: both causes mean the same to the caller
  }
  throw kernelErrors.invalid_input(
    { problems: `cursor "${cursor}" was not made by this list` },
    { fields: [{ path: 'cursor', message: 'not a cursor of this list', value: cursor }] },
  )
}

const isSortable = (part: unknown) => typeof part === 'string' || typeof part === 'number'

/** Cuts `limit + 1` fetched rows to a page; the surplus row only proves that another page exists. */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => (string | number)[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(keyOf(last)) } : { items }
}
