import type { IncomingHttpHeaders } from 'node:http'
import type { IdMaker } from '../../kernel/ids.ts'

/** The caller's `x-request-id` when it is sane (up to 128 plain characters), else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders, ids: IdMaker): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : ids('req')
}
