import type { IncomingHttpHeaders } from 'node:http'
import type { IdMaker } from '../../kernel/ids.ts'

/**
 * Names requests: the caller's `x-request-id` when it is sane (up to 128 plain characters), else a new one. New ones count
 * up behind an id of this router, which costs a hundredth of an id each and still never comes twice.
 */
export function createRequestIds(ids: IdMaker): (headers: IncomingHttpHeaders) => string {
  const router = ids('req')
  let count = 0
  return (headers) => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given)) return given
    count += 1
    return `${router}.${count.toString(36)}`
  }
}
