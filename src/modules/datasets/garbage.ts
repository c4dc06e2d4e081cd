import type { Context } from './context.ts'
import { selectFilePage, selectUsedManifests } from './store.ts'

const pageSize = 1000

/** Digests of every file of every version that is not deleted, page by page; some come more than once. */
export async function* blobRoots(ctx: Context): AsyncGenerator<string> {
  for await (const manifest of usedManifests(ctx)) {
    for (let after: string | undefined, isMore = true; isMore; ) {
      const files = await selectFilePage(ctx.db.read, { manifest, prefix: undefined, after, limit: pageSize })
      for (const file of files) yield file.digest
      after = files.at(-1)?.path
      isMore = files.length > pageSize
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
