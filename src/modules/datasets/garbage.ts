import type { Context } from './context.ts'
import { selectFilePage, selectUsedManifests } from './store.ts'

const pageSize = 1000

/** Digests of every file of every version that is not deleted, page by page; some come more than once. */
export async function* blobRoots(ctx: Context): AsyncGenerator<string> {
  for await (const manifest of usedManifests(ctx)) {
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const page = await selectFilePage(ctx.db.read, { manifest, cursor, limit: pageSize })
      for (const file of page.items) yield file.digest
      cursor = page.nextCursor
    }
  }
}

async function* usedManifests(ctx: Context): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const manifests = await selectUsedManifests(ctx.db.read, after, pageSize)
    yield* manifests
    const last = manifests.at(-1)
    if (last === undefined) return
    after = last
  }
}
