import { isAppError } from '../../kernel/errors.ts'
import { databaseErrors } from './database.ts'

/** What `pg` and its pool say, without a code, about a connection that is lost or cannot be made. */
const lostConnection = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying)/
const socketErrors: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * A failure of `pg` as ours where a person can act on it, by its SQLSTATE class (postgresql.org: errcodes-appendix;
 * 08: connection, 57P: the server shuts down, 53100: disk full); anything else unchanged.
 */
export function translatePostgres(error: unknown, url: string): unknown {
  if (isAppError(error) || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === '53100') return databaseErrors.disk_full({ what: 'the PostgreSQL database' }, { cause: error })
  const isAway = /^(08|57P)/.test(code) || socketErrors.has(code) || lostConnection.test(error.message)
  return isAway ? databaseUnreachable(error, url) : error
}

export function databaseUnreachable(cause: unknown, url: string) {
  return databaseErrors.database_unreachable({ url: withoutPassword(url), problem: messageOf(cause) }, { cause })
}

export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@')
}

// A refused connection to several addresses arrives as AggregateError with an empty message.
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
