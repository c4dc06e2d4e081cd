import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Database, type DatabaseOptions, databaseErrors } from './database.ts'

/** Opens `file:/path/slipway.db`, `:memory:` (tests) or `postgres://…`; makes the folder of a file when it is missing. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url } = options
  if (url === ':memory:') return (await import('./sqlite.ts')).openSqlite(':memory:', options)
  if (url.startsWith('file:')) {
    const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
    await mkdir(dirname(path), { recursive: true })
    return (await import('./sqlite.ts')).openSqlite(path, options)
  }
  if (/^postgres(ql)?:\/\//.test(url)) return (await import('./postgres.ts')).openPostgres(options)
  throw databaseErrors.database_url_invalid({ url })
}
