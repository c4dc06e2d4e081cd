import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sql } from 'kysely'
import { openBlobs } from '../../platform/blobs/index.ts'
import { openDatabase, withoutPassword } from '../../platform/db/index.ts'
import { systemClock } from '../../platform/runtime/index.ts'
import { type Check, ok } from './check.ts'

export const database: Check = {
  name: 'database',
  run: async ({ config }) => {
    const url = config.databaseUrl ?? `file:${join(resolve(config.dataDir), 'slipway.db')}`
    const file = url.startsWith('file:') ? url.slice('file:'.length) : undefined
    // Opening a file that is not there would make it, and a look must change nothing.
    if (file !== undefined && !existsSync(file)) return ok(`${file} will be made`)
    const db = await openDatabase({ url, synchronous: config['db.synchronous'] })
    try {
      await sql`SELECT 1`.execute(db.typed().read)
      return ok(`${db.dialect.name} at ${withoutPassword(url)}`)
    } finally {
      await db.close()
    }
  },
}

export const blobs: Check = {
  name: 'blobs',
  run: async ({ config }) => {
    const url = config.blobUrl ?? `file:${join(resolve(config.dataDir), 'blobs')}`
    if (url.startsWith('file:') && !existsSync(url.slice('file:'.length))) return ok(`${url} will be made`)
    const store = await openBlobs({ url, cacheDir: join(resolve(config.dataDir), 'cache'), clock: systemClock })
    // Any digest will do: the answer proves that the store is reached and that it lets us read.
    await store.find('0'.repeat(64))
    return ok(url)
  },
}
