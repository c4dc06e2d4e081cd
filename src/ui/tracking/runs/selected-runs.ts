import { client } from '../../ground/client.ts'
import { type RunScope, scopeOf } from '../queries.ts'
import type { Selection } from './selection.tsx'

/** What one request changes at most. */
const atOnce = 1000

/** The ids that are chosen; for all that match, the server is asked which those are now. */
export async function selectedIds(
  { isAll, ids }: Pick<Selection, 'isAll' | 'ids'>,
  scope: RunScope,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  if (!isAll) return ids.slice(0, most)
  const leftOut = new Set(ids)
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await client.runs.search({
      ...scopeOf(scope),
      select: [],
      limit: atOnce,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { id } of page.items) if (!leftOut.has(id)) found.push(id)
    cursor = page.nextCursor
  } while (cursor !== undefined && found.length < most)
  return found.slice(0, most)
}

/** A thousand at a time: each of them is done whole or not at all. */
export async function inParts(ids: readonly string[], act: (runIds: string[]) => Promise<unknown>): Promise<number> {
  for (let at = 0; at < ids.length; at += atOnce) await act(ids.slice(at, at + atOnce))
  return ids.length
}
