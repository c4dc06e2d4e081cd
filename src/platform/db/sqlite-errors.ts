import { isAppError } from '../../kernel/errors.ts'
import { databaseErrors } from './database.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html) that a person can act on. */
const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/** A failure of `node:sqlite` as ours where a person can act on it; anything else unchanged. */
export function translateSqlite(error: unknown, url: string): unknown {
  if (isAppError(error) || !(error instanceof Error) || !('errcode' in error)) return error
  const details = { url, problem: error.message }
  switch (Number(error.errcode) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return databaseErrors.database_busy(details, { cause: error })
    case SQLITE_FULL:
      return databaseErrors.disk_full({ what: url }, { cause: error })
    case SQLITE_CANTOPEN:
      return databaseErrors.database_unreachable(details, { cause: error })
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return databaseErrors.database_corrupt(details, { cause: error })
    default:
      return error
  }
}

/** True when another connection holds the lock that a statement of `node:sqlite` needed. */
export function isSqliteBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
}
